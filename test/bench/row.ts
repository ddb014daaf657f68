import type { Common } from './serve-worker.ts';
import type { Handlers, Worker } from './worker.ts';

/** Which way is better, and where good begins. */
export type Goal = { readonly at: 'least' | 'most'; readonly value: number };

/** One figure of a row: both sides of every round, their ratio, and whether the goal was reached. */
export type Measure = {
  readonly what: string;
  /** Of both sides. */
  readonly unit: string;
  /** Medians over the rounds. */
  readonly ours: number;
  readonly baseline: number;
  /** Median over the rounds of ours / baseline of the same round. */
  readonly ratio: number;
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

/** Rows that share their set-up and their rounds. */
export type Row = {
  readonly name: string;
  readonly title: string;
  run(bench: BenchContext): Promise<RowResult>;
};

/** What a row may use; everything it starts ends with the bench. */
export type BenchContext = {
  readonly rounds: number;
  readonly quick: boolean;
  /** Where profiles of the measured servers go; null: none are taken. */
  readonly profileDir: string | null;
  start<H extends Handlers>(name: string): Worker<H & Common>;
  tempDir(): Promise<string>;
  progress(text: string): void;
};

/** A pair of figures that belong together because they were measured right after each other. */
export type Pair = { readonly ours: number; readonly baseline: number };

/** Compares the two sides of every round; a drift of the machine meets both sides of a round alike. */
export function compare(what: string, unit: string, pairs: readonly Pair[], goal: Goal | null): Measure {
  const ratios = pairs.map(({ ours, baseline }) => ours / baseline);
  const ratio = median(ratios);
  return {
    what,
    unit,
    ours: median(pairs.map((pair) => pair.ours)),
    baseline: median(pairs.map((pair) => pair.baseline)),
    ratio,
    ratios,
    goal,
    reached: goal && reaches(ratio, goal),
  };
}

/** A figure that is held against a number and not against another measurement. */
export function against(what: string, unit: string, ours: number, limit: number, at: Goal['at']): Measure {
  const goal: Goal = { at, value: 1 };
  const ratio = ours / limit;
  return { what, unit, ours, baseline: limit, ratio, ratios: [ratio], goal, reached: reaches(ratio, goal) };
}

function reaches(ratio: number, { at, value }: Goal): boolean {
  return at === 'least' ? ratio >= value : ratio <= value;
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
