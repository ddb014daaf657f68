import { fileURLToPath } from 'node:url';
import type { ErrorFamily } from '../../../../projections/ports.ts';
import type { SqlServerDb } from '../../../../projections/sqlserver/driver.ts';
import type { Answers } from './database.ts';

/** A batch that goes to SQL Server, and what it is sent for. */
export type Batch = { readonly name: string; readonly text: string };

/** A database that writes down what it is sent. */
export type Recorder = {
  database(codes: ErrorFamily): SqlServerDb;
  /** What is sent while `work` goes on is sent for this. */
  during(name: string, work: () => Promise<unknown>): Promise<void>;
  readonly batches: readonly Batch[];
  /** The lines of the adapters that sent them: `file.ts:line`. */
  readonly places: ReadonlySet<string>;
};

/** The folder of the adapters. */
export const ADAPTERS = fileURLToPath(new URL('../../../../projections/sqlserver/', import.meta.url));

/** @param answers what a batch is answered */
export function recorder(answers: Answers): Recorder {
  const batches: Batch[] = [];
  const places = new Set<string>();
  let current = '';
  const batch = async (text: string) => {
    batches.push({ name: current, text });
    places.add(placeIn(new Error().stack ?? ''));
    return answers(text);
  };
  const db: SqlServerDb = {
    batch,
    long: batch,
    query: async <Row>(text: string) => ((await batch(text))[0] ?? []) as Row[],
    transaction: (work) => work({ batch }),
  };
  return {
    database: () => db,
    async during(name, work) {
      current = name;
      await work();
    },
    batches,
    places,
  };
}

/** The innermost line of the adapters in a stack. */
function placeIn(stack: string): string {
  const [, inside = ''] = stack.split(ADAPTERS);
  return /^[^:\n]+:\d+/.exec(inside)?.[0] ?? 'nowhere';
}
