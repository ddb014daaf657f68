import { cpus } from 'node:os';
import type { Measure, Row, RowResult } from './row.ts';

/** A row with its figures, as it is printed and written. */
export type Reported = { readonly row: string; readonly title: string; readonly seconds: number } & RowResult;

/** The whole of a run, as it is written. */
export type Report = {
  readonly at: string;
  readonly machine: { readonly node: string; readonly cpu: string; readonly cpus: number };
  readonly options: { readonly rounds: number; readonly quick: boolean };
  readonly rows: readonly Reported[];
};

export function reportOf(rows: readonly Reported[], { rounds, quick }: Report['options'], at: Date): Report {
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cpus: cpus().length };
  return { at: at.toISOString(), machine, options: { rounds, quick }, rows };
}

export function reported({ name, title }: Row, result: RowResult, seconds: number): Reported {
  return { row: name, title, seconds, ...result };
}

/** The text of one row. */
export function rowText({ row, title, seconds, measures, notes }: Reported): string {
  const lines = measures.map(measureText);
  return [`${row}: ${title} (${seconds.toFixed(0)} s)`, ...lines, ...notes.map((note) => `    - ${note}`), ''].join(
    '\n',
  );
}

function measureText({ what, unit, ours, baseline, ratio, ratios, goal, reached }: Measure): string {
  const verdict = reached === null ? '    ' : reached ? 'ok  ' : 'MISS';
  const wanted = goal ? `   goal ${goal.at === 'least' ? '>=' : '<='} ${figure(goal.value)}` : '';
  if (baseline === null || ratio === null) return `  ${verdict} ${what}: ${figure(ours)} ${unit}${wanted}`;
  const spread = ratios.length > 1 ? ` (${figure(Math.min(...ratios))} to ${figure(Math.max(...ratios))})` : '';
  return `  ${verdict} ${what}: ${figure(ours)} / ${figure(baseline)} ${unit} = ${figure(ratio)}${spread}${wanted}`;
}

function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}
