import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import type { CancelResult } from '../api.ts';
import type { Recorder } from '../recording/recorder.ts';

export type CancelDeps = {
  readonly recorder: Pick<Recorder, 'record'>;
  readonly ids: Pick<Ids, 'uuid'>;
  readonly clock: Pick<Clock, 'now'>;
};

export type CancelRequest = {
  readonly callSessionId: string;
  /** `<role>:<name>`. */
  readonly actor: string;
  readonly reason: string | undefined;
};

/**
 * Takes a call back: it is hung up, or never dialled.
 * @throws LogError, CallParkedError
 */
export async function cancel({ recorder, ids, clock }: CancelDeps, request: CancelRequest): Promise<CancelResult> {
  const { callSessionId, actor, reason } = request;
  const at = new Date(clock.now()).toISOString();
  const input = { type: 'CancelCall', id: ids.uuid(), at, actor, ...(reason ? { reason } : {}) } as const;
  const { verdict } = await recorder.record(callSessionId, input);
  return verdict === 'unknown-call' || verdict === 'already-ended' ? verdict : 'cancelling';
}
