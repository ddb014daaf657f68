import type { AccessFilter, AccessStore } from '../../../../projections/access.ts';
import type { CallFilter, ReadStore } from '../../../../projections/ports.ts';
import type { Member, Members } from '../../../../src/domain/member/members.ts';
import { WORDS_MAX } from '../../../../src/domain/member/search.ts';
import { record, recordsOf } from '../../access-contract.ts';
import { at, callId, rows, stream } from '../../samples.ts';

type Ask = (name: string, work: () => Promise<unknown>) => Promise<void>;

/** Every way to leave out some of these. */
export function subsetsOf<Whole extends object>(whole: Whole): Partial<Whole>[] {
  return Object.entries(whole).reduce<Partial<Whole>[]>(
    (subsets, [key, value]) => subsets.flatMap((one) => [one, { ...one, [key]: value }]),
    [{}],
  );
}

const CALLS: Required<CallFilter> & { after: string } = {
  memberId: 'M-1',
  status: 'Initiated',
  disposition: 'busy',
  questionnaire: 'wellness@1',
  from: at(1),
  to: at(2),
  after: callId(1),
};

const LOOKS: Required<AccessFilter> & { before: string } = {
  member: 'M-1',
  call: callId(1),
  actor: 'anna',
  byCompliance: true,
  from: at(1),
  to: at(2),
  before: 'x',
};

/** Asks a store for everything that it can be asked for. */
export async function askReadStore(store: ReadStore, ask: Ask): Promise<void> {
  const call = rows(1, {}, { 1: 'yes' });
  await ask('read store: write', () => store.write([call]));
  await ask('read store: bySession', () => store.bySession(callId(1)));
  await ask('read store: bySessions', () => store.bySessions([callId(1)]));
  await ask('read store: byConnection', () => store.byConnection('c'));
  await ask('read store: byAnyId', () => store.byAnyId('C', 'c'));
  await ask('read store: byProviderIds', () => store.byProviderIds({ correlationId: 'c', serverCallId: 's' }));
  await ask('read store: versions', () => store.versions([callId(1)]));
  await ask('read store: counts', () => store.counts(at(1), at(2)));
  await ask('read store: open', () => store.open());
  await ask('read store: newestUpdate', () => store.newestUpdate());
  await ask('read store: rebuild', () => store.rebuild(stream([call])));
  await ask('notices: due', () => store.notices.due(at(1), 5));
  await ask('notices: mark', () => store.notices.mark([{ callSessionId: callId(1), version: 1, published: ['n'] }]));
  for (const status of ['Initiated', ['Initiated', 'Failed']] as const) {
    for (const disposition of ['busy', ['busy', 'expired']] as const) {
      for (const { after, ...filter } of subsetsOf({ ...CALLS, status, disposition })) {
        for (const page of [
          { filter, limit: 5, ...(after && { after }) },
          ...(after ? [{ filter, limit: 5, before: after }] : []),
        ])
          await ask(`read store: list by ${JSON.stringify(page)}`, () => store.list(page));
      }
    }
  }
}

export async function askAccess(store: AccessStore, ask: Ask): Promise<void> {
  const looks = recordsOf([record(1)]);
  await ask('who looked: write', () => store.write([looks]));
  await ask('who looked: versions', () => store.versions([looks.stream]));
  await ask('who looked: streams', () => store.streams());
  await ask('who looked: ofStream', () => store.ofStream(looks.stream));
  await ask('who looked: replace', () => store.replace(looks));
  await ask('who looked: caughtUpTo', () => store.caughtUpTo());
  await ask('who looked: markCaughtUp', () => store.markCaughtUp(at(1)));
  for (const actor of ['anna', 'compliance:anna']) {
    for (const { before, ...filter } of subsetsOf({ ...LOOKS, actor })) {
      const page = { filter, limit: 5, ...(before !== undefined && { before }) };
      await ask(`who looked: list by ${JSON.stringify(page)}`, () => store.list(page));
    }
  }
}

/** @param idType as the database calls it */
export async function askMembers(members: Members, idType: string, ask: Ask): Promise<void> {
  const one: Member = { memberId: sampleId(idType), phoneNumber: '+15550100001', name: 'Ann', timeZone: 'UTC' };
  const of = `members with ids of ${idType}`;
  await ask(`${of}: find`, () => members.find(one.memberId));
  await ask(`${of}: save`, () => members.save([one]));
  await ask(`${of}: list`, () => members.list({ limit: 5 }));
  await ask(`${of}: list after one`, () => members.list({ limit: 5, after: one.memberId }));
  await ask(`${of}: search`, () => members.list({ limit: 5, search: 'm' }));
  await ask(`${of}: search after one`, () => members.list({ limit: 5, search: 'm', after: one.memberId }));
  for (const words of Array.from({ length: WORDS_MAX + 1 }, (_, count) => Array(count).fill('ann') as string[])) {
    for (const digits of [null, '2001']) {
      const sought = { id: 'ann', words, digits };
      const what = `${of}: seek by ${words.length} words${digits === null ? '' : ' or a number'}`;
      await ask(what, () => members.search({ sought, limit: 5 }));
      await ask(`${what}, after one`, () => members.search({ sought, limit: 5, after: one.memberId }));
    }
  }
  await ask(`${of}: compare`, () => members.compare([one]));
  await ask(`${of}: remove`, () => members.remove(one.memberId));
}

function sampleId(idType: string): string {
  if (idType === 'uniqueidentifier') return 'abcdef01-0000-4000-8000-000000000001';
  return idType.endsWith('int') ? '7' : 'm-1';
}
