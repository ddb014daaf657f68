import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createCheckpointFolder } from '../../../src/adapters/checkpoints/folder.ts';
import { type Checkpoints, startCheckpoints } from '../../../src/audit/checkpoints/checkpoints.ts';
import { keepHeads } from '../../../src/audit/checkpoints/heads.ts';
import { inFiles, openLog } from '../../../src/composition/stores.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { signerOf } from '../../../src/tlog/keys.ts';
import { newEntry } from '../../log/samples.ts';
import { serveWorker } from '../serve-worker.ts';

/** Only when it is told to. */
const EVERY_MS = 86_400_000;
const AT_ONCE = 500;

let running: { readonly log: CallEventLog; readonly checkpoints: Checkpoints } | null = null;

function current() {
  if (!running) throw new Error('not started');
  return running;
}

async function start(dataDir: string): Promise<void> {
  const { log, heads } = keepHeads(await openLog(inFiles(dataDir)), systemClock);
  const signer = signerOf('callistra.example/bench', Buffer.alloc(32, 1));
  const checkpoints = startCheckpoints({
    log,
    heads,
    store: createCheckpointFolder(join(dataDir, 'checkpoints')),
    witnesses: [],
    keys: async () => ({ signers: [signer], next: null }),
    clock: systemClock,
    process: { id: randomUUID(), startedAt: new Date().toISOString() },
    everyMs: EVERY_MS,
    journal: { info: () => {}, warn: () => {}, error: () => {} },
  });
  running = { log, checkpoints };
  await checkpoints.make();
}

/** As many streams, each with one entry. */
async function append(count: number): Promise<void> {
  const { log } = current();
  for (let left = count; left > 0; left -= AT_ONCE) {
    const streams = Array.from({ length: Math.min(AT_ONCE, left) }, () => randomUUID());
    const at = new Date().toISOString();
    await Promise.all(streams.map((stream) => log.append(stream, EMPTY_HEAD, [newEntry(stream, { at })])));
  }
}

/** A checkpoint over them: the processor time of the whole process, and the longest that it did nothing else. */
async function make(count: number): Promise<{ readonly cpuSeconds: number; readonly longestMs: number }> {
  const { checkpoints } = current();
  const before = checkpoints.status().treeSize;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const usage = process.cpuUsage();
  await checkpoints.make();
  const { user, system } = process.cpuUsage(usage);
  delay.disable();
  const sealed = checkpoints.status().treeSize - before;
  if (sealed < count) throw new Error(`${sealed} of ${count} heads are in the tree`);
  return { cpuSeconds: (user + system) / 1e6, longestMs: delay.max / 1e6 };
}

const handlers = { start, append, make };

export type CheckpointWorker = typeof handlers;

serveWorker(handlers);
