import type { AccessPage, AccessRecord } from '../../../projections/access.ts';
import { operationStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { dayOfExport, exportsIn, type RecordedExport } from '../export/entries.ts';
import { withoutNumbers } from '../replay/command-words.ts';
import { readStream } from '../replay/find-call.ts';
import type { Disclosure } from './api.ts';
import { ruleOf } from './rules.ts';

/** What left with one export, also with one that was broken off. */
export type Left = {
  readonly exportId: string;
  /** When the first of it did; ISO 8601 UTC. */
  at: string;
  readonly calls: Set<string>;
  readonly members: Set<string>;
};

type ExportLook = Pick<AccessRecord, 'action' | 'requestId' | 'at' | 'calls' | 'members'>;

/** Adds what a look says of an export; any other look says nothing. */
export function addLeft(left: Map<string, Left>, { action, requestId, at, calls, members }: ExportLook): void {
  if (action !== 'export') return;
  const exportId = requestId ?? '';
  const one = left.get(exportId) ?? { exportId, at, calls: new Set<string>(), members: new Set<string>() };
  left.set(exportId, one);
  if (at < one.at) one.at = at;
  for (const call of calls) one.calls.add(call);
  for (const member of members) one.members.add(member);
}

/** An export may have begun before a period in which parts of it left; not longer than this. */
const EXPORT_MS_MAX = 2 * 86_400_000;

/** From when on looks must be read, to know which exports began to leave at a time or later. */
export function leftFrom(from: string): string {
  return new Date(Math.max(0, Date.parse(from) - EXPORT_MS_MAX)).toISOString();
}

const PAGE = 500;

/** Walks looks, newest first. @throws ReadStoreError */
export async function* walkLooks(
  looks: (page: AccessPage) => Promise<readonly AccessRecord[]>,
  filter: AccessPage['filter'],
): AsyncIterable<AccessRecord> {
  for (let before: string | undefined; ; ) {
    const page = await looks({ filter, limit: PAGE, ...(before !== undefined && { before }) });
    yield* page;
    if (page.length < PAGE) return;
    before = page.at(-1)!.recordId;
  }
}

/** Gives an export as its day's stream has it; null when it is not there. Each day is read once. @throws LogError */
export function exportReader(log: Pick<CallEventLog, 'read'>): (exportId: string) => Promise<RecordedExport | null> {
  const days = new Map<string, Promise<readonly RecordedExport[]>>();
  const read = async (day: string) => exportsIn((await readStream(log, operationStream(day)))?.entries ?? []);
  return async (exportId) => {
    const day = dayOfExport(exportId);
    if (day === null) return null;
    const exports = days.get(day) ?? read(day);
    days.set(day, exports);
    return (await exports).find(({ begin }) => begin.exportId === exportId) ?? null;
  };
}

/** Whether an export is told in accountings. */
export function isCountable({ begin }: RecordedExport): boolean {
  return ruleOf(begin.purpose).counts;
}

/** @param calls how many of the member's, or of all members', left with it */
export function disclosureOfExport({ begin, version }: RecordedExport, at: string, calls: number): Disclosure {
  const { exportId, recipient, purpose } = begin;
  return {
    date: at.slice(0, 10),
    recipient: toldRecipient(recipient),
    what: whatLeft(calls),
    purpose: ruleOf(purpose).words,
    source: { stream: operationStream(dayOfExport(exportId) ?? ''), version },
  };
}

export function toldRecipient({ name, address }: { readonly name: string; readonly address?: string }) {
  return { name: withoutNumbers(name), address: address === undefined ? null : withoutNumbers(address) };
}

function whatLeft(calls: number): string {
  if (calls === 0) return 'the record of which calls were made and who looked at it';
  const record = calls === 1 ? 'the record of one telephone call' : `the records of ${calls} telephone calls`;
  return `${record}: number called, times, what was asked, keys pressed`;
}
