import type { Clock } from '../../base/clock.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { CheckpointStore, Witness } from './ports.ts';
import type { Heads } from './runs.ts';
import type { Keys } from './signers.ts';

type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where it is put down what became of something; filled by whoever keeps the server's journal. */
export type AuditJournal = {
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
};

export type CheckpointsDeps = {
  /** The one that `keepHeads` gave, with its heads. */
  readonly log: CallEventLog;
  readonly heads: Heads;
  readonly store: CheckpointStore;
  readonly witnesses: readonly Witness[];
  /** The keys that this process has, read anew each time. */
  readonly keys: () => Promise<Keys>;
  readonly clock: Clock;
  /** `id`: drawn anew at each start; `startedAt`: ISO 8601, UTC, milliseconds. */
  readonly process: { readonly id: string; readonly startedAt: string };
  /** How often a checkpoint is made when something has moved, in milliseconds. */
  readonly everyMs: number;
  readonly journal: AuditJournal;
};
