import { CodedError } from '../../base/coded-error.ts';

export type CheckpointErrorCode =
  | 'CHECKPOINT_STORE_UNAVAILABLE'
  | 'CHECKPOINT_WITNESS_UNAVAILABLE'
  | 'CHECKPOINT_KEY'
  | 'CHECKPOINT_FORK';

/**
 * Checkpoints could not be made or read. CHECKPOINT_STORE_UNAVAILABLE: the folder or container; what was to be created may be
 * there. CHECKPOINT_WITNESS_UNAVAILABLE: a witness. CHECKPOINT_KEY: there is none, or not the one in force. CHECKPOINT_FORK:
 * somebody knows more of the tree than we do, or something else.
 */
export class CheckpointError extends CodedError<CheckpointErrorCode> {
  override readonly name = 'CheckpointError';
}

/** What keeps a checkpoint from being made, as whoever asked for one is told. */
export function asCheckpointError(error: unknown): CheckpointError {
  if (error instanceof CheckpointError) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new CheckpointError('CHECKPOINT_STORE_UNAVAILABLE', `no checkpoint could be made: ${what}`, { cause: error });
}
