import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import { memberStream, operationStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { SideStreams } from '../../log/side-streams.ts';
import { transact } from '../../log/transact.ts';
import type { RecordedRequest, Replays } from './api.ts';
import { noteEntry, requestEntry } from './request-entries.ts';

type Deps = {
  readonly log: CallEventLog;
  readonly streams: SideStreams;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
};

/**
 * Records a request for a member whom somebody knows: first where all requests stand, then the note that makes it found. After a
 * crash in between nobody was told that it is recorded, and the same asked again is recorded whole.
 * @throws LogError
 */
export async function recordRequest(
  { log, streams, clock, ids }: Deps,
  asked: Parameters<Replays['request']>[0],
): Promise<RecordedRequest> {
  const now = new Date(clock.now());
  const at = now.toISOString();
  const request = { ...asked, id: ids.uuid(), at };
  await streams.add(operationStream(at), [requestEntry(request)], now);
  await transact(log, {
    stream: memberStream(asked.memberId),
    empty: () => null,
    fold: () => null,
    async decide(_state, head) {
      if (head.version === 0) await log.register(memberStream(asked.memberId), now);
      return { entries: [noteEntry(request)], answer: null };
    },
  });
  const { kind, memberId } = asked;
  return { requestId: request.id, kind, memberId, recordedAt: at };
}
