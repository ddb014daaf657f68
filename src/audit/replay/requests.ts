import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { SideStreams } from '../../log/side-streams.ts';
import { recordNoted } from '../noted.ts';
import type { RecordedRequest, Replays } from './api.ts';
import { REQUEST_NOTE, requestEntry } from './request-entries.ts';

type Deps = {
  readonly log: CallEventLog;
  readonly streams: SideStreams;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
};

/**
 * Records a request for a member whom somebody knows.
 * @throws LogError
 */
export async function recordRequest(
  { log, streams, clock, ids }: Deps,
  asked: Parameters<Replays['request']>[0],
): Promise<RecordedRequest> {
  const at = new Date(clock.now()).toISOString();
  const requestId = ids.uuid();
  const { kind, memberId } = asked;
  await recordNoted({ log, streams }, memberId, requestEntry({ ...asked, id: requestId, at }), REQUEST_NOTE);
  return { requestId, kind, memberId, recordedAt: at };
}
