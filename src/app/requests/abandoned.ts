import type { ReadStore } from '../../../projections/ports.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { Ids } from '../../base/ids.ts';
import { createLookBack } from '../../base/look-back.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { OpenCallBody } from '../../domain/member/member.ts';
import type { Member } from '../../domain/member/members.ts';
import { isCallStream, isMemberStream, memberIdOf } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { Journal } from '../ports.ts';
import type { Recorder } from '../recording/recorder.ts';
import { initiateBody, type Script } from './opening.ts';

/**
 * How long a call may stand in its member's stream without a stream of its own before it is taken for abandoned: the
 * process that opened it died in between. Far longer than any request lives.
 */
export const ABANDONED_AFTER_MS = 60_000;

type Abandoned = Pick<OpenCallBody, 'callSessionId' | 'phoneNumber'>;

/** Closes a call that was opened for a member and never began. Of what was asked for then only the number is known. */
export async function abandon(
  deps: Script & { readonly recorder: Pick<Recorder, 'record'>; readonly ids: Pick<Ids, 'uuid'> },
  member: Pick<Member, 'memberId' | 'phoneNumber'>,
  opening: Abandoned,
  at: string,
): Promise<CallState | null> {
  const body = initiateBody(deps, { member, request: {} }, opening);
  const input = { type: 'AbandonCall', id: deps.ids.uuid(), at, actor: 'server', body } as const;
  const { state } = await deps.recorder.record(opening.callSessionId, input);
  return state;
}

export type AbandonedDeps = Script & {
  readonly log: Pick<CallEventLog, 'read' | 'registered'>;
  readonly readStore: Pick<ReadStore, 'versions'>;
  readonly recorder: Pick<Recorder, 'record' | 'load'>;
  readonly ids: Pick<Ids, 'uuid'>;
  readonly clock: Clock;
  readonly journal: Journal;
};

const EVERY_MS = 3_600_000;
const SINCE_MS = 2 * EVERY_MS;
const BATCH = 500;

/**
 * Looks hourly for calls that stand in a member's stream alone, and closes them, so that the trail says what became of each.
 * Members are read only when there is a name of a call without a row and without an entry: after a crash, that is.
 */
export function startAbandonedSweep(deps: AbandonedDeps): { close(): void } {
  const { clock, journal } = deps;
  const since = createLookBack(clock);
  let closed = false;
  const round = async (): Promise<void> => {
    try {
      await closeAbandoned(deps, since(SINCE_MS));
    } catch (error) {
      journal.warn({ code: errorCode(error) }, 'calls that never began could not be looked for');
    }
    if (!closed) callOff = clock.after(EVERY_MS, () => void round());
  };
  let callOff = clock.after(EVERY_MS, () => void round());
  return {
    close() {
      closed = true;
      callOff();
    },
  };
}

async function closeAbandoned(deps: AbandonedDeps, since: Date): Promise<void> {
  const empty = await emptyCalls(deps, since);
  if (empty.size === 0) return;
  for await (const stream of deps.log.registered(since)) {
    if (!isMemberStream(stream)) continue;
    for (const { type, id, at, data } of await deps.log.read(stream)) {
      const now = deps.clock.now();
      if (type !== 'OpenCall' || !empty.has(id) || Math.abs(now - Date.parse(at)) < ABANDONED_AFTER_MS) continue;
      const opening: OpenCallBody = JSON.parse(data);
      // Entries of old lack the number; nobody is dialled for it.
      const member = { memberId: memberIdOf(stream), phoneNumber: opening.phoneNumber ?? '' };
      await abandon(deps, member, opening, new Date(now).toISOString());
    }
  }
}

/** Calls that the register names, and of which there is nothing. */
async function emptyCalls({ log, readStore, recorder }: AbandonedDeps, since: Date): Promise<ReadonlySet<string>> {
  const empty = new Set<string>();
  const look = async (streams: readonly string[]): Promise<void> => {
    const shown = await readStore.versions(streams);
    for (const stream of streams.filter((name) => !shown.has(name))) {
      if ((await recorder.load(stream)) === null) empty.add(stream);
    }
  };
  let batch: string[] = [];
  for await (const stream of log.registered(since)) {
    if (isCallStream(stream)) batch.push(stream);
    if (batch.length < BATCH) continue;
    await look(batch);
    batch = [];
  }
  await look(batch);
  return empty;
}
