import type { ReadStore } from '../../../projections/ports.ts';
import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import type { Provider } from '../../domain/call/provider.ts';
import type { Members } from '../../domain/member/members.ts';
import type { CallEventLog } from '../../log/port.ts';
import { createSideStreams } from '../../log/side-streams.ts';
import type { LooksOf, Replays } from './api.ts';
import { findCall } from './find-call.ts';
import { historyOf } from './history.ts';
import { isKnownMember } from './known.ts';
import { replayOf } from './replay.ts';
import { recordRequest } from './requests.ts';
import { search } from './search.ts';
import { nameStaff, type Who } from './who.ts';

export type ReplaysDeps = {
  readonly log: CallEventLog;
  readonly readStore: Pick<ReadStore, 'list' | 'bySession' | 'byConnection' | 'byProviderIds'>;
  readonly members: Pick<Members, 'find'>;
  /** By whose rules the calls are read. */
  readonly providers: readonly Provider[];
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
  /** Absent: histories tell of no looks. */
  readonly looksOf?: LooksOf;
  /** What people call somebody whom the log knows by an id; null, or absent, for whoever has no such name. */
  readonly staffName?: (name: string) => string | null;
};

/** Reads the trail for people. It reaches no telephone, and writes nothing but requests. */
export function createReplays(given: ReplaysDeps): Replays {
  const deps = { looksOf: async () => [], ...given, streams: createSideStreams(given.log) };
  const isKnown = (memberId: string): Promise<boolean> => isKnownMember(deps, memberId);
  const named = <Thing extends { readonly who: Who }>(thing: Thing): Thing => {
    return { ...thing, who: nameStaff(thing.who, given.staffName) };
  };
  return {
    async call(id, asOf) {
      const stream = await findCall(deps, id);
      if (!stream) return null;
      const replay = replayOf(deps.providers, stream, asOf);
      const told = { ...replay, steps: replay.steps.map(named) };
      if (replay.memberId !== null || replay.steps.length === 0) return told;
      // The entry that names the member is damaged, and whose data is looked at must be known all the same.
      const shown = await deps.readStore.bySession(stream.callSessionId);
      return { ...told, memberId: shown?.session.memberId ?? null };
    },
    async history(memberId, page) {
      const found = await historyOf(deps, memberId, page);
      const isNothing = found.items.length === 0 && page.after === null && found.flaws.length === 0;
      if (isNothing && !(await isKnown(memberId))) return null;
      return { ...found, items: found.items.map(named) };
    },
    async search(filter, page) {
      const found = await search(deps, filter, page);
      return { ...found, calls: found.calls.map((call) => ({ ...call, staff: call.staff.map(named) })) };
    },
    async request(asked) {
      return (await isKnown(asked.memberId)) ? recordRequest(deps, asked) : null;
    },
  };
}
