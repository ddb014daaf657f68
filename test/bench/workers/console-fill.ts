import type { CallRows } from '../../../projections/ports.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { uuidv7 } from '../../../src/composition/ids.ts';
import { storeFiles } from '../../../src/composition/stores.ts';
import { DISPOSITIONS, type Disposition } from '../../../src/domain/call/disposition.ts';
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

/**
 * Writes calls of the last hundred days into the read models of a data directory, beside a server that has them open: calls of
 * `members` members, by three versions of a script. @returns the id of the middle one
 */
async function fill(dataDir: string, calls: number, members: number): Promise<string> {
  const store = openSqliteReadStore(storeFiles(dataDir).readModels);
  const startMs = Date.now() - DAYS * DAY_MS;
  let middle = '';
  for (let from = 0; from < calls; from += CALLS_PER_WRITE) {
    const numbers = Array.from({ length: Math.min(CALLS_PER_WRITE, calls - from) }, (_, index) => from + index);
    const batch = numbers.map((n) => rowsOf(n, startMs + (n / calls) * DAYS * DAY_MS, { calls, members }));
    if (from <= calls / 2) middle = batch[0]!.session.callSessionId;
    await store.write(batch);
  }
  await store.close();
  return middle;
}

function rowsOf(n: number, atMs: number, of: { readonly calls: number; readonly members: number }): CallRows {
  const callSessionId = uuidv7(Math.floor(atMs));
  const at = new Date(atMs).toISOString();
  const disposition = endOf(n);
  const session = {
    callSessionId,
    memberId: `M-${1 + ((n * 7_919) % of.members)}`,
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
