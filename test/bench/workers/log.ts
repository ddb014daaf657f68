import { hash } from 'node:crypto';
import Database from 'libsql';
import type { CheckpointStore } from '../../../src/audit/checkpoints/ports.ts';
import { rebuildReadModels } from '../../../src/audit/rebuild.ts';
import { createRowCheck } from '../../../src/audit/verify/rows.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { inFiles, openLog, openReadModels, openStores, storeFiles } from '../../../src/composition/stores.ts';
import { foldStream } from '../../../src/domain/call/stream.ts';
import { isCallStream } from '../../../src/domain/streams.ts';
import { inspectSqliteLog } from '../../../src/log/sqlite/log.ts';
import { createSealer, KEY } from '../../audit/verify/sealing.ts';
import { memoryStore } from '../../support/checkpoint-store.ts';
import { fillLog, recordTemplate } from '../load/template.ts';
import { serveWorker } from '../serve-worker.ts';

/** So many of something in so many seconds. */
export type Timed = { readonly count: number; readonly seconds: number };

/** A rebuild, and the most memory that the process had during it. */
export type TimedRebuild = Timed & { readonly peakRssBytes: number };

const COLUMNS = 'stream, version, kind, type, id, at, actor, cause, data, hash';

/** Fills the log of a data directory with whole calls, through the log's own port. */
async function fill(dataDir: string, entryCount: number): Promise<number> {
  const stores = await openStores(inFiles(dataDir));
  const written = await fillLog(stores.log, await recordTemplate(stores.log), entryCount);
  await Promise.all([stores.log.close(), stores.readStore.close(), stores.members.close()]);
  return written;
}

/** Folds every call, stream by stream, through the port. */
async function replay(dataDir: string): Promise<Timed> {
  const log = await openLog(inFiles(dataDir), 'read');
  const startMs = performance.now();
  let count = 0;
  for await (const stream of log.registered()) {
    if (!isCallStream(stream)) continue;
    const entries = await log.read(stream);
    if (foldStream(PROVIDERS, stream, entries).state) count += entries.length;
  }
  const seconds = (performance.now() - startMs) / 1_000;
  await log.close();
  return { count, seconds };
}

/** The baseline of replay: one pass over the same file, parsing every entry's JSON. */
function scan(dataDir: string): Timed {
  const db = new Database(storeFiles(dataDir).log, { readonly: true });
  // Another process may be letting go of it: the driver does so when its statements are collected, and locks the file for that.
  db.exec('PRAGMA busy_timeout = 2000');
  const rows = db.prepare(`SELECT ${COLUMNS} FROM entries`).raw();
  const startMs = performance.now();
  let count = 0;
  for (const row of rows.iterate() as IterableIterator<string[]>) {
    if (typeof JSON.parse(row[8] ?? '') === 'object') count += 1;
  }
  const seconds = (performance.now() - startMs) / 1_000;
  db.close();
  return { count, seconds };
}

let sealed: CheckpointStore | undefined;

/** Seals every head of the log, into a tree in memory, and builds the read models. */
async function seal(dataDir: string): Promise<void> {
  const stores = await openStores(inFiles(dataDir));
  await rebuildReadModels(stores.log, stores.readStore, PROVIDERS);
  sealed = memoryStore();
  const sealer = createSealer(stores.log, sealed);
  const at = new Date().toISOString();
  await sealer.begin(at);
  await sealer.seal({ at });
  await stores.close();
}

/** Verifies the whole log against its tree. @param rows compares the read models too */
async function verify(dataDir: string, rows: boolean): Promise<Timed> {
  const log = inspectSqliteLog(storeFiles(dataDir).log);
  const readStore = await openReadModels(inFiles(dataDir));
  const anchors = { key: KEY, known: [], witnesses: [], quorum: 0 };
  const check = rows ? createRowCheck(readStore, PROVIDERS, new Date(0).toISOString()) : null;
  const startMs = performance.now();
  const { entries, findings } = await verifyLog(log, {
    inspection: log.inspection,
    tree: { store: sealed!, anchors, lateBefore: new Date().toISOString() },
    ...(check && { beside: check.of, atLast: () => check.ofNoStream(log) }),
  });
  const seconds = (performance.now() - startMs) / 1_000;
  await Promise.all([log.close(), readStore.close()]);
  if (findings.length > 0) throw new Error(`a sound log contradicts itself: ${JSON.stringify(findings[0])}`);
  return { count: entries, seconds };
}

let fields: Buffer[] = [];

/** Reads every entry's bytes into memory, for `hashInMemory`; returns how many bytes there are. */
function load(dataDir: string): number {
  fields = [];
  for (const row of blobs(dataDir)) fields.push(row[0]);
  return fields.reduce((sum, field) => sum + field.length, 0);
}

/** The baseline of verify: SHA-256 of the bytes of each entry, which are in memory already. */
function hashInMemory(): Timed {
  const startMs = performance.now();
  for (const field of fields) hash('sha256', field, 'hex');
  return { count: fields.length, seconds: (performance.now() - startMs) / 1_000 };
}

/** The other baseline of verify: the same bytes, read from the file first. */
function hashFromFile(dataDir: string): Timed {
  const startMs = performance.now();
  let count = 0;
  for (const [bytes] of blobs(dataDir)) {
    hash('sha256', bytes, 'hex');
    count += 1;
  }
  return { count, seconds: (performance.now() - startMs) / 1_000 };
}

function* blobs(dataDir: string): Generator<[Buffer]> {
  const db = new Database(storeFiles(dataDir).log, { readonly: true });
  // What is hashed of an entry: a tag of 15 bytes, the hash before it (32), nine fields, each behind four bytes of length.
  const text = `printf('%84s', '') || stream || version || kind || type || id || at || actor || ifnull(cause, '') || data`;
  const rows = db.prepare(`SELECT CAST(${text} AS BLOB) FROM entries`).raw();
  yield* rows.iterate() as IterableIterator<[Buffer]>;
  db.close();
}

/** Builds the read models again. */
async function rebuild(dataDir: string): Promise<TimedRebuild> {
  const log = await openLog(inFiles(dataDir), 'read');
  const readStore = await openReadModels(inFiles(dataDir));
  let peakRssBytes = 0;
  const sample = (): void => {
    peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
  };
  const sampler = setInterval(sample, 20);
  const startMs = performance.now();
  const { sessions } = await rebuildReadModels(log, readStore, PROVIDERS);
  const seconds = (performance.now() - startMs) / 1_000;
  sample();
  clearInterval(sampler);
  await Promise.all([log.close(), readStore.close()]);
  return { count: sessions, seconds, peakRssBytes };
}

const handlers = { fill, replay, scan, seal, verify, load, hashInMemory, hashFromFile, rebuild };

export type LogWorker = typeof handlers;

serveWorker(handlers);
