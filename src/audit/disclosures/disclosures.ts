import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import { isDay } from '../../base/times.ts';
import type { NewEntry } from '../../domain/entries.ts';
import type { Members } from '../../domain/member/members.ts';
import { memberStream } from '../../domain/streams.ts';
import { createSideStreams } from '../../log/side-streams.ts';
import { recordNoted } from '../noted.ts';
import { readStream } from '../replay/find-call.ts';
import { isKnownMember } from '../replay/known.ts';
import { type AccountingDeps, accountingOf, notedOf } from './accounting.ts';
import type { DisclosureAsked, Disclosures, RecordedForMember } from './api.ts';
import { DISCLOSURE_NOTE, disclosureEntry, suspensionEntry } from './entries.ts';
import { accountingPeriod } from './period.ts';
import { dayOf, suspensionFlaw } from './suspended.ts';

export type DisclosuresDeps = AccountingDeps & {
  readonly members: Pick<Members, 'find'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
};

/** Tells whom members' data was told, and records what no export tells of. */
export function createDisclosures(deps: DisclosuresDeps): Disclosures {
  const { log, clock, ids } = deps;
  const streams = createSideStreams(log);

  const recorded = async (memberId: string, actor: string, entryOf: EntryOf): Promise<RecordedForMember> => {
    const named = { id: ids.uuid(), at: new Date(clock.now()).toISOString(), actor };
    await recordNoted({ log, streams }, memberId, entryOf(named), DISCLOSURE_NOTE);
    return { id: named.id, memberId, recordedAt: named.at };
  };

  return {
    async accounting(memberId, asked) {
      const nowMs = clock.now();
      const period = accountingPeriod(asked, nowMs);
      if (typeof period === 'string') return period;
      return (await isKnownMember(deps, memberId)) ? accountingOf(deps, memberId, { period, nowMs }) : null;
    },
    async record(asked) {
      const flaw = dayFlaw(asked, clock.now()) ?? blankIn(asked);
      if (flaw !== null) return flaw;
      const { memberId, recipient: name, address, what, purpose, on, reason, actor } = asked;
      if (!(await isKnownMember(deps, memberId))) return null;
      const recipient = { name, ...(address !== undefined && { address }) };
      const body = { memberId, recipient, what, purpose, on, reason };
      return recorded(memberId, actor, (named) => disclosureEntry(body, named));
    },
    async suspend(asked) {
      const { memberId, agency, until, oral, reason, actor } = asked;
      if (!(await isKnownMember(deps, memberId))) return null;
      const stream = await readStream(log, memberStream(memberId));
      const { suspensions } = await notedOf(log, stream?.entries ?? [], []);
      const flaw = suspensionFlaw(asked, suspensions, clock.now()) ?? blankIn(asked);
      if (flaw !== null) return flaw;
      return recorded(memberId, actor, (named) => suspensionEntry({ memberId, agency, until, oral, reason }, named));
    },
  };
}

type EntryOf = (named: Pick<NewEntry, 'id' | 'at' | 'actor'>) => NewEntry;

function dayFlaw({ on }: Pick<DisclosureAsked, 'on'>, nowMs: number): string | null {
  if (!isDay(on)) return 'on takes a day, such as 2026-03-02';
  return on > dayOf(nowMs) ? 'on lies ahead' : null;
}

/** The text that says nothing, in words; null: all do. */
function blankIn(asked: object): string | null {
  const blank = Object.entries(asked).find(([, value]) => typeof value === 'string' && value.trim() === '');
  return blank ? `${blank[0]} says nothing` : null;
}
