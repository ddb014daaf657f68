import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { uuidv7 } from '../../../src/composition/ids.ts';
import { EMPTY_HEAD, headOf, type NewEntry } from '../../../src/domain/entries.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openTablesLog } from '../../../src/log/tables/log.ts';
import { bodyOf, legOf, WHOLE_CALL } from '../load/mix.ts';
import { serveWorker } from '../serve-worker.ts';

/** What a slice of appends took: wall clock, and the processor time of this process. */
export type TablesSlice = { readonly seconds: number; readonly cpuSeconds: number };

/** Where each round writes: tables of its own, because a store of this kind slows down as a table grows. */
export type TablesPlace = { readonly connectionString: string; readonly prefix: string };

/** Entries of the appends to one stream: a callback alone, with the command it causes, with two of them; in turn. */
const APPENDS_PER_STREAM = 9;
const HASH = EMPTY_HEAD.hash.replaceAll('0', 'a');

let log: CallEventLog | null = null;
let bare: TableClient | null = null;

/** Opens both sides on tables of their own. */
async function open({ connectionString, prefix }: TablesPlace): Promise<void> {
  await log?.close();
  log = await openTablesLog({ connectionString }, { prefix: `${prefix}Ours`, createTables: true, writeId: randomUUID });
  bare = TableClient.fromConnectionString(connectionString, `${prefix}Bare`, { allowInsecureConnection: true });
  await bare.createTable();
}

/** Appends through the log's port. */
function ours(streams: number): Promise<TablesSlice> {
  return timed(streams, async (stream, appends) => {
    let head = EMPTY_HEAD;
    for (const entries of appends) {
      const result = await log!.append(stream, head, entries);
      if ('conflict' in result) throw new Error('a conflict without a second writer');
      head = headOf(result.entries);
    }
  });
}

/** The baseline: the same properties, by the SDK alone, which knows nothing of heads, hashes, limits or lost answers. */
function baseline(streams: number): Promise<TablesSlice> {
  return timed(streams, async (stream, appends) => {
    let version = 0;
    for (const entries of appends) {
      const rows = entries.map((entry) => bareRow(stream, ++version, entry));
      if (rows.length === 1) await bare!.createEntity(rows[0]!);
      else await bare!.submitTransaction(rows.map((row) => ['create', row]));
    }
  });
}

function bareRow(stream: string, version: number, { kind, type, id, at, actor, cause, data }: NewEntry) {
  return {
    partitionKey: stream,
    rowKey: String(version).padStart(10, '0'),
    Kind: kind,
    Type: type,
    EntryId: id,
    At: at,
    Actor: actor,
    ...(cause !== null && { Cause: cause }),
    Data: data,
    Hash: HASH,
    WriteId: id,
  };
}

/** Works on all streams side by side, on each append by append; the entries are made before the clock starts. */
async function timed(
  streams: number,
  work: (stream: string, appends: readonly NewEntry[][]) => Promise<void>,
): Promise<TablesSlice> {
  const calls = Array.from({ length: streams }, () => {
    const stream = uuidv7(Date.now());
    return { stream, appends: Array.from({ length: APPENDS_PER_STREAM }, (_, n) => entriesOf(stream, n)) };
  });
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  await Promise.all(calls.map(({ stream, appends }) => work(stream, appends)));
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

function entriesOf(stream: string, step: number): NewEntry[] {
  const data = bodyOf(WHOLE_CALL[step % WHOLE_CALL.length]!, stream, legOf(stream)).slice(1, -1);
  const [at, id] = [new Date().toISOString(), randomUUID()];
  const callback: NewEntry = { kind: 'callback', type: 'Callback', id, at, actor: 'acs', cause: null, data };
  const commands = Array.from({ length: step % 3 }, (_, n): NewEntry => {
    const body = JSON.stringify({ question: n + 1, prompt: 'q', operationContext: `${stream}/${step + n}` });
    return { kind: 'command', type: 'AskQuestion', id: randomUUID(), at, actor: 'flow', cause: id, data: body };
  });
  return [callback, ...commands];
}

async function close(): Promise<void> {
  await log?.close();
  log = null;
}

const handlers = { open, ours, baseline, close, appendsPerStream: () => APPENDS_PER_STREAM };

export type TablesWorker = typeof handlers;

serveWorker(handlers);
