import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type CallRows, ReadStoreError } from '../../../projections/ports.ts';
import { openMembersInAnyState, openSqliteMembers } from '../../../projections/sqlite/members.ts';
import { openMendingReadStore } from '../../../projections/sqlite/mending.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import type { Member } from '../../../src/domain/member/members.ts';
import { LogError } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { collect, newEntry } from '../../log/samples.ts';
import { at, callId, contents, rows, stream } from '../samples.ts';

/** A file that is damaged, and what is done with it then. `-wal`: the part of it that is not yet in the file itself. */
export type Kind = 'read-models' | 'read-models-wal' | 'members' | 'call-events';

/** What is done to the bytes of a file. */
export type Damage =
  | { readonly kind: Kind; readonly how: 'flip'; readonly offset: number; readonly bits: number }
  | { readonly kind: Kind; readonly how: 'page'; readonly offset: number; readonly fill: number }
  | { readonly kind: Kind; readonly how: 'cut'; readonly offset: number };

export const PAGE_BYTES = 4_096;
const CALLS: readonly CallRows[] = Array.from({ length: 24 }, (_, n) =>
  rows(
    n,
    { version: 5, disposition: n % 3 === 0 ? 'busy' : null, memberId: `Änn-${n}` },
    { 1: 'yes', 2: `naïve ${n}` },
  ),
);
const MEMBERS: readonly Member[] = Array.from({ length: 30 }, (_, n) => ({
  memberId: `M-${String(n).padStart(3, '0')}`,
  phoneNumber: `+1555010${String(1_000 + n)}`,
  name: `Änn ${n}`,
}));
const STREAMS = Array.from({ length: 5 }, (_, n) => callId(n));

/** Makes the undamaged files. */
export async function makeFiles(file: (name: string) => string): Promise<void> {
  const store = openSqliteReadStore(file('read-models'));
  await store.write(CALLS);
  await store.notices.mark(CALLS.map(({ session }) => ({ ...session, published: [`${session.callSessionId}-1@x`] })));
  await store.close();
  // Copied while it is open, and under a name that its connection knows nothing of.
  await copyFile(file('read-models'), file('growing'));
  const growing = openSqliteReadStore(file('growing'));
  await growing.write(CALLS.map(({ session, ...rest }) => ({ session: { ...session, version: 6 }, ...rest })));
  for (const end of ['', '-wal']) await copyFile(file(`growing${end}`), file(`read-models-wal${end}`));
  await growing.close();
  const members = openSqliteMembers(file('members'));
  await members.save(MEMBERS);
  await members.close();
  const log = openSqliteLog(file('call-events'));
  for (const id of STREAMS) {
    await log.register(id, new Date(at(0)));
    await log.append(id, EMPTY_HEAD, [newEntry('a', { data: '{"name":"Änn"}' }), newEntry('b'), newEntry('c')]);
  }
  await log.close();
}

/** The bytes of the file that are damaged: of the write-ahead log where that is what is damaged. */
export const damagedFile = (kind: Kind): string => (kind === 'read-models-wal' ? 'read-models-wal-wal' : kind);

/** Puts a damaged copy into a directory, does with it what a server and an operator do, and takes it away again. */
export async function tryOut(damage: Damage, whole: (name: string) => string, directory: string): Promise<void> {
  const { kind } = damage;
  const copy = join(directory, 'copy');
  await mkdir(directory);
  for (const end of ['', '-wal']) {
    const bytes = await readFile(whole(`${kind}${end}`)).catch(() => null);
    if (!bytes) continue;
    await writeFile(`${copy}${end}`, `${kind}${end}` === damagedFile(kind) ? damaged(bytes, damage) : bytes);
  }
  if (kind === 'members') await useMembers(copy);
  else if (kind === 'call-events') await useLog(copy);
  else await useReadModels(copy);
  await rm(directory, { recursive: true });
}

function damaged(whole: Buffer, damage: Damage): Buffer {
  if (damage.how === 'cut') return whole.subarray(0, damage.offset);
  const bytes = Buffer.from(whole);
  if (damage.how === 'flip') bytes[damage.offset]! ^= damage.bits;
  else bytes.fill(damage.fill, damage.offset, damage.offset + PAGE_BYTES);
  return bytes;
}

/** Whatever is damaged, a server has whole read models in the end, and hears of nothing but errors with a code. */
async function useReadModels(path: string): Promise<void> {
  let nowMs = Date.parse(at(0));
  const store = openMendingReadStore(path, { now: () => (nowMs += 61_000) });
  const changed = CALLS.map((call, n) => (n === 3 ? rows(3, { version: 9 }, { 1: 'no' }) : call));
  const { session } = CALLS[7]!;
  for (const work of [
    () => store.newestUpdate(),
    () => store.bySession(session.callSessionId),
    () => store.bySessions(CALLS.map((call) => call.session.callSessionId)),
    () => store.byConnection(session.callConnectionId!),
    () => store.byAnyId(session.callConnectionId!, session.callConnectionId!),
    () => store.byProviderIds(session),
    () => store.list({ filter: {}, limit: 50 }),
    () => store.list({ filter: { memberId: session.memberId, from: at(0), to: at(90) }, limit: 50 }),
    () => store.versions(CALLS.map((call) => call.session.callSessionId)),
    () => store.open(),
    () => store.notices.due(at(0), 50),
    () => store.write([changed[3]!]),
    () => store.notices.mark([{ callSessionId: callId(3), version: 9, published: ['x'] }]),
  ]) {
    await orCode(work);
  }
  let isToFill = false;
  store.onToFill(() => {
    isToFill = true;
  });
  if (isToFill) await store.fill(stream(changed));
  await orCode(() => store.rebuild(stream(changed)));
  await store.rebuild(stream(changed));
  assert.equal(await contents(store), [...changed].reverse());
  await store.close();
}

/** Whoever can be read is found; who cannot is an error with a code, and hides nobody from the list. */
async function useMembers(path: string): Promise<void> {
  const members = openMembersInAnyState(path);
  for (const { memberId } of MEMBERS) await orCode(() => members.find(memberId));
  await orCode(() => members.list({ limit: 50 }));
  await orCode(() => members.save([MEMBERS[3]!, { memberId: 'M-new', phoneNumber: '+15550109999' }]));
  await orCode(() => members.list({ after: 'M-010', limit: 5 }));
  members.problems?.();
  await members.close();
}

async function useLog(path: string): Promise<void> {
  for (const readOnly of [true, false]) {
    await orCode(async () => {
      const log = openSqliteLog(path, { readOnly });
      for (const id of STREAMS) await orCode(() => log.read(id));
      await orCode(() => collect(log.registered()));
      await orCode(() => log.register(callId(9), new Date(at(9))));
      await orCode(() => log.append(callId(9), EMPTY_HEAD, [newEntry('a')]));
      // Of a stream that was there: its head is read.
      await orCode(() => log.append(STREAMS[0]!, { ...EMPTY_HEAD, version: 3 }, [newEntry('d')]));
      await log.close();
    });
  }
}

/** An error that callers know by its code is an answer; any other is a finding. */
async function orCode(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ReadStoreError || error instanceof LogError)) throw error;
  }
}
