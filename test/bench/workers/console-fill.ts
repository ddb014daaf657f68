import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallRows } from '../../../projections/ports.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { uuidv7 } from '../../../src/composition/ids.ts';
import { inFiles, openMembers, storeFiles } from '../../../src/composition/stores.ts';
import { DISPOSITIONS, type Disposition } from '../../../src/domain/call/disposition.ts';
import type { Member } from '../../../src/domain/member/members.ts';
import { serveWorker } from '../serve-worker.ts';

const DAYS = 100;
const DAY_MS = 86_400_000;
const CALLS_PER_WRITE = 500;
/** Of a thousand calls so many end so; the others were completed. `blocked` is what nearly nobody's call is. */
const OF_A_THOUSAND: Readonly<Partial<Record<Disposition, number>>> = {
  ...{
    partial: 100,
    'no-response': 50,
    'no-person': 100,
    'not-available': 40,
    'hung-up': 60,
    busy: 50,
    'no-answer': 120,
  },
  ...{ 'bad-number': 20, declined: 20, 'network-refused': 10, 'provider-failure': 10, cancelled: 10, expired: 5 },
};
const CONNECTED: readonly Disposition[] = DISPOSITIONS.slice(0, 6);

/** How much is written: calls, members, and how many of these were ever called. */
export type Sizes = { readonly calls: number; readonly members: number; readonly called: number };

/**
 * Writes calls of the last hundred days into the read models of a data directory, beside a server that has them open, and members: the calls
 * are of some of these, by three versions of a script. What is there already stays. @returns the id of the middle call
 */
async function fill(dataDir: string, sizes: Sizes): Promise<{ readonly middle: string }> {
  const done = join(dataDir, 'filled.json');
  if (existsSync(done)) return JSON.parse(readFileSync(done, 'utf8'));
  mkdirSync(dataDir, { recursive: true });
  const filled = { middle: await fillCalls(dataDir, sizes) };
  const members = await openMembers(inFiles(dataDir));
  await members.save(membersOf(sizes.members));
  await members.close();
  writeFileSync(done, JSON.stringify(filled));
  return filled;
}

async function fillCalls(dataDir: string, sizes: Sizes): Promise<string> {
  const store = openSqliteReadStore(storeFiles(dataDir).readModels);
  const startMs = Date.now() - DAYS * DAY_MS;
  const { calls } = sizes;
  let middle = '';
  for (let from = 0; from < calls; from += CALLS_PER_WRITE) {
    const numbers = Array.from({ length: Math.min(CALLS_PER_WRITE, calls - from) }, (_, index) => from + index);
    const batch = numbers.map((n) => rowsOf(n, startMs + (n / calls) * DAYS * DAY_MS, sizes));
    if (from <= calls / 2) middle = batch[0]!.session.callSessionId;
    await store.write(batch);
  }
  await store.close();
  return middle;
}

const FIRST =
  'Ana,Zoë,María,José,Li,Ngọc Ánh,Olu,John,Mary,James,Patricia,Amélie,Søren,Fatima,Ahmed,Mei,Ivan,Chloé'.split(',');
const LAST = 'García,O’Neal,Müller,Smith,Johnson,Nguyễn,de la Cruz,Kowalski,Okafor,Johnston,Brown,Fernández,Lee'.split(
  ',',
);
const SYLLABLES = 'ba,do,fe,gu,ha,ki,lo,ma,ne,pi,ra,so,tu,vi,wo,ya'.split(',');

/** Names as they come: some are of many, most of few. */
function* membersOf(count: number): Generator<Member> {
  for (let n = 1; n <= count; n += 1) {
    const made = [n % 16, (n >> 4) % 16, (n >> 8) % 16].map((place) => SYLLABLES[place]).join('');
    const last = n % 3 === 0 ? LAST[(n * 7) % LAST.length] : `${made[0]!.toUpperCase()}${made.slice(1)}`;
    const phoneNumber = `+1555${String(n).padStart(7, '0')}`;
    yield { memberId: `M-${n}`, phoneNumber, name: `${FIRST[(n * 31) % FIRST.length]} ${last}` };
  }
}

function rowsOf(n: number, atMs: number, of: Sizes): CallRows {
  const callSessionId = uuidv7(Math.floor(atMs));
  const at = new Date(atMs).toISOString();
  const disposition = endOf(n);
  const session = {
    callSessionId,
    memberId: `M-${1 + ((n * 7_919) % of.called)}`,
    callConnectionId: `leg-${n}`,
    correlationId: null,
    serverCallId: null,
    status: CONNECTED.includes(disposition) ? 'Disconnected' : 'Failed',
    disposition,
    questionnaire: `outreach@${1 + Math.floor((n / of.calls) * 3)}`,
    createdAt: at,
    updatedAt: at,
    version: 24,
  } as const;
  return { session, responses: [] };
}

function endOf(n: number): Disposition {
  if (n % 50_000 === 1) return 'blocked';
  let place = (n * 7_321) % 1_000;
  for (const [disposition, share] of Object.entries(OF_A_THOUSAND) as [Disposition, number][]) {
    if (place < share) return disposition;
    place -= share;
  }
  return 'completed';
}

const handlers = { fill };

export type ConsoleFillWorker = typeof handlers;

serveWorker(handlers);
