import type { AccessPage, AccessRecord } from '../../../projections/access.ts';
import type { ReadStore } from '../../../projections/ports.ts';
import type { Entry } from '../../domain/entries.ts';
import { memberStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { notesIn } from '../noted.ts';
import { withoutNumbers } from '../replay/command-words.ts';
import { readStream } from '../replay/find-call.ts';
import { callsOf } from '../replay/member-calls.ts';
import type { Accounting, Disclosure } from './api.ts';
import { DISCLOSURE_NOTE, type RecordedByHand, recordedIn, type Suspension, suspensionsIn } from './entries.ts';
import {
  addLeft,
  disclosureOfExport,
  exportReader,
  isCountable,
  type Left,
  leftFrom,
  toldRecipient,
  walkLooks,
} from './exports.ts';
import { isDayWithin, type Period } from './period.ts';
import { withoutSuspended } from './suspended.ts';

export type AccountingDeps = {
  readonly log: CallEventLog;
  readonly readStore: Pick<ReadStore, 'list'>;
  /** Who looked, newest first. @throws ReadStoreError */
  readonly looks: (page: AccessPage) => Promise<readonly AccessRecord[]>;
};

/** Whom a member's data was told in a period. @throws LogError, ReadStoreError */
export async function accountingOf(
  deps: AccountingDeps,
  memberId: string,
  { period, nowMs }: { readonly period: Period; readonly nowMs: number },
): Promise<Accounting> {
  const stream = await readStream(deps.log, memberStream(memberId));
  const flaws = (stream?.flaws ?? []).map((flaw) => `the member’s own stream: ${flaw}`);
  const { recorded, suspensions } = await notedOf(deps.log, stream?.entries ?? [], flaws);
  const exported = await exportedOf(deps, memberId, { period, entries: stream?.entries ?? [], flaws });
  const byHand = recorded.filter(({ on }) => isDayWithin(on, period)).map(disclosureByHand);
  const all = [...exported, ...byHand].sort((a, b) => (a.date < b.date ? -1 : 1));
  return { memberId, ...period, ...withoutSuspended(all, suspensions, nowMs), flaws };
}

export function disclosureByHand({ on, recipient, what, purpose, stream, version }: RecordedByHand): Disclosure {
  return {
    date: on,
    recipient: toldRecipient(recipient),
    what: withoutNumbers(what),
    purpose: withoutNumbers(purpose),
    source: { stream, version },
  };
}

type Noted = { readonly recorded: RecordedByHand[]; readonly suspensions: Suspension[] };

/** What stands where the notes of the member's stream say. @param flaws are added to: notes of nothing */
export async function notedOf(
  log: Pick<CallEventLog, 'read'>,
  entries: readonly Entry[],
  flaws: string[],
): Promise<Noted> {
  const noted: Noted = { recorded: [], suspensions: [] };
  for (const { stream, request } of notesIn(entries, [DISCLOSURE_NOTE.type])) {
    const day = (await readStream(log, stream))?.entries ?? [];
    const entry = day.filter(({ id }) => id === request);
    const [recorded, suspensions] = [recordedIn(entry), suspensionsIn(entry)];
    if (recorded.length + suspensions.length === 0) flaws.push(`disclosure ${request} is not in stream ${stream}`);
    noted.recorded.push(...recorded);
    noted.suspensions.push(...suspensions);
  }
  return noted;
}

type Reading = { readonly period: Period; readonly entries: readonly Entry[]; readonly flaws: string[] };

/** What left with exports, by the looks that were recorded with each part of them. */
async function exportedOf(
  { log, readStore, looks }: AccountingDeps,
  memberId: string,
  { period, entries, flaws }: Reading,
): Promise<Disclosure[]> {
  const left = new Map<string, Left>();
  const filter = { member: memberId, from: leftFrom(period.from) };
  for await (const look of walkLooks(looks, filter)) addLeft(left, look);
  if (left.size === 0) return [];
  const own = new Set((await callsOf(readStore, memberId, entries)).map(({ callSessionId }) => callSessionId));
  const exportOf = exportReader(log);
  const found: Disclosure[] = [];
  for (const { exportId, at, calls } of left.values()) {
    if (at < period.from || at >= period.to) continue;
    const recorded = await exportOf(exportId);
    if (!recorded) flaws.push(`export ${exportId} of ${at.slice(0, 10)} has no beginning in the log: who received it?`);
    else if (isCountable(recorded)) {
      found.push(disclosureOfExport(recorded, at, [...calls].filter((id) => own.has(id)).length));
    }
  }
  return found;
}
