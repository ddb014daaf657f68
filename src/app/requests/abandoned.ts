import type { ReadStore } from '../../../projections/ports.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { Ids } from '../../base/ids.ts';
import { createLookBack } from '../../base/look-back.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { NewEntry } from '../../domain/entries.ts';
import type { OpenCallBody } from '../../domain/member/member.ts';
import type { Member } from '../../domain/member/members.ts';
import { isCallStream, isMemberStream, memberIdOf, memberStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { Journal } from '../ports.ts';
import { CallParkedError } from '../recording/parked.ts';
import type { Recorder } from '../recording/recorder.ts';
import { initiateBody, type Script } from './opening.ts';

/**
 * How long a call may stand in its member's stream without a stream of its own before it is taken for abandoned: the
 * process that opened it died in between. Far longer than any request lives.
 */
export const ABANDONED_AFTER_MS = 60_000;

type Abandoned = Pick<OpenCallBody, 'callSessionId' | 'phoneNumber'>;

type AbandonDeps = Script & {
  readonly log: Pick<CallEventLog, 'register'>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly ids: Pick<Ids, 'uuid'>;
};

/** Closes a call that was opened for a member and never began. Of what was asked for then only the number is known. */
export async function abandon(
  deps: AbandonDeps,
  member: Pick<Member, 'memberId' | 'phoneNumber'>,
  opening: Abandoned,
  at: string,
): Promise<CallState | null> {
  const body = initiateBody(deps, { member, request: {} }, opening);
  await deps.log.register(opening.callSessionId, new Date(at));
  const input = { type: 'AbandonCall', id: deps.ids.uuid(), at, actor: 'server', body } as const;
  const { state } = await deps.recorder.record(opening.callSessionId, input);
  return state;
}

export type AbandonedDeps = Script & {
  readonly log: Pick<CallEventLog, 'read' | 'register' | 'registered'>;
  readonly readStore: Pick<ReadStore, 'bySessions'>;
  readonly recorder: Pick<Recorder, 'record' | 'load'>;
  readonly ids: Pick<Ids, 'uuid'>;
  readonly clock: Clock;
  readonly journal: Journal;
};

const EVERY_MS = 3_600_000;
const SINCE_MS = 2 * EVERY_MS;
/** As many rows as are asked for at once. */
const BATCH = 100;

/**
 * Looks hourly for calls that stand in a member's stream alone, and closes them, so that the trail says what became of each. The
 * process that opened one may have died before its name was on the register: a member is on it in each hour in which a
 * call was opened for them. Their stream is read where no call of theirs is known in that time, and all members' where the
 * register names a call without an entry: after a crash, that is. One who was called twice in that time, the second time in
 * vain, is found when they are called the next time.
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
  const { empty, members } = await suspectsSince(deps, since);
  for (const stream of members) {
    const openings = (await deps.log.read(stream)).filter(({ type }) => type === 'OpenCall');
    // Whoever opens a member's next call has seen to the one before.
    const newest = openings.at(-1);
    for (const opening of openings.filter((each) => each === newest || empty.has(each.id))) {
      await closeIfAbandoned(deps, stream, opening);
    }
  }
}

async function closeIfAbandoned(deps: AbandonedDeps, stream: string, { id, at, data }: NewEntry): Promise<void> {
  const now = deps.clock.now();
  if (Math.abs(now - Date.parse(at)) < ABANDONED_AFTER_MS || (await memberOf(deps, id)) !== null) return;
  const opening: OpenCallBody = JSON.parse(data);
  // Entries of old lack the number; nobody is dialled for it.
  const member = { memberId: memberIdOf(stream), phoneNumber: opening.phoneNumber ?? '' };
  await abandon(deps, member, opening, new Date(now).toISOString());
}

type Suspects = {
  /** Calls that the register names, and of which there is nothing. */
  readonly empty: ReadonlySet<string>;
  /** Streams of members for whom a call was opened of which nothing may be known. */
  readonly members: ReadonlySet<string>;
};

async function suspectsSince(deps: AbandonedDeps, since: Date): Promise<Suspects> {
  const empty = new Set<string>();
  const members = new Set<string>();
  const called = new Set<string>();
  const look = async (calls: readonly string[]): Promise<void> => {
    const rows = new Map(
      (await deps.readStore.bySessions(calls)).map(({ session }) => [session.callSessionId, session]),
    );
    for (const call of calls) {
      const row = rows.get(call);
      const memberId = row ? row.memberId : await memberOf(deps, call);
      if (memberId === null) empty.add(call);
      else if (!row || Date.parse(row.createdAt) >= since.getTime()) called.add(memberStream(memberId));
    }
  };
  let batch: string[] = [];
  for await (const stream of deps.log.registered(since)) {
    if (isMemberStream(stream)) members.add(stream);
    if (isCallStream(stream)) batch.push(stream);
    if (batch.length < BATCH) continue;
    await look(batch);
    batch = [];
  }
  await look(batch);
  if (empty.size === 0) for (const stream of called) members.delete(stream);
  return { empty, members };
}

/** Whose call it is; empty: it cannot be handled, and so has begun; null: there is none. */
async function memberOf({ recorder }: Pick<AbandonedDeps, 'recorder'>, callSessionId: string): Promise<string | null> {
  try {
    return (await recorder.load(callSessionId))?.initiate.memberId ?? null;
  } catch (error) {
    if (error instanceof CallParkedError) return '';
    throw error;
  }
}
