import type { Common } from './serve-worker.ts';
import type { Handlers, Worker } from './worker.ts';

/** Which way is better, and where good begins: of the ratio, or of the figure itself where there is no baseline. */
export type Goal = { readonly at: 'least' | 'most'; readonly value: number };

/** One figure of a row. */
export type Measure = {
  readonly what: string;
  /** Of both sides. */
  readonly unit: string;
  /** Median over the rounds. */
  readonly ours: number;
  /** The same of the other side; null for a figure that is held against a number. */
  readonly baseline: number | null;
  /** Median over the rounds of ours / baseline of the same round. */
  readonly ratio: number | null;
  readonly ratios: readonly number[];
  /** Null for a figure that is shown for information. */
  readonly goal: Goal | null;
  /** Null without a goal. */
  readonly reached: boolean | null;
};

export type RowResult = {
  readonly measures: readonly Measure[];
  /** What a reader needs to judge the figures by. */
  readonly notes: readonly string[];
};

/** Figures that share their set-up and their rounds. */
export type Row = {
  readonly name: string;
  readonly title: string;
  run(bench: BenchContext): Promise<RowResult>;
};

/** What a row may use; everything it starts ends with the row. */
export type BenchContext = {
  readonly rounds: number;
  readonly quick: boolean;
  /** Where profiles of the measured servers go; null: none are taken. */
  readonly profileDir: string | null;
  /** Where large data is kept for the next run; null: it is not. */
  readonly keepDir: string | null;
  start<H extends Handlers>(name: string): Worker<H & Common>;
  tempDir(): Promise<string>;
  progress(text: string): void;
};

/** Two figures that were measured right after each other. */
export type Pair = { readonly ours: number; readonly baseline: number };

/** Compares the two sides of every round: a drift of the machine meets both sides of a round alike. */
export function compare(what: string, unit: string, pairs: readonly Pair[], goal: Goal | null): Measure {
  const ratios = pairs.map(({ ours, baseline }) => ours / baseline);
  const ratio = median(ratios);
  const ours = median(pairs.map((pair) => pair.ours));
  const baseline = median(pairs.map((pair) => pair.baseline));
  return { what, unit, ours, baseline, ratio, ratios, goal, reached: goal && reaches(ratio, goal) };
}

/** A figure that is held against a number and not against another measurement. */
export function absolute(what: string, unit: string, ours: number, goal: Goal | null): Measure {
  const reached = goal && reaches(ours, goal);
  return { what, unit, ours, baseline: null, ratio: null, ratios: [], goal, reached };
}

function reaches(value: number, goal: Goal): boolean {
  return goal.at === 'least' ? value >= goal.value : value <= goal.value;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param q from 0 to 1 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
