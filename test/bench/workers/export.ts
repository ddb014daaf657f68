import { hash } from 'node:crypto';
import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createCheckpointFolder } from '../../../src/adapters/checkpoints/folder.ts';
import { createAccepted } from '../../../src/audit/checkpoints/accepted.ts';
import { momentOf } from '../../../src/audit/checkpoints/moment.ts';
import type { CheckpointStore } from '../../../src/audit/checkpoints/ports.ts';
import { blocksOf } from '../../../src/audit/export/check/lines.ts';
import type { ExportScope } from '../../../src/audit/export/entries.ts';
import { firstDigest, lineText, NO_TOTALS, noteText } from '../../../src/audit/export/format.ts';
import { partsOf } from '../../../src/audit/export/parts.ts';
import { checkFile } from '../../../src/cli/check/check-file.ts';
import { inFiles, openLog } from '../../../src/composition/stores.ts';
import { formatNote, signText } from '../../../src/tlog/note.ts';
import { createSealer, KEY, ORIGIN } from '../../audit/verify/sealing.ts';
import { serveWorker } from '../serve-worker.ts';

/** `peakRssBytes`: the most memory that the process has had so far. */
export type Measured = { readonly count: number; readonly seconds: number; readonly peakRssBytes: number };

/** Seals every head of the log, into a tree in a folder. @returns the checkpoint's note */
async function seal(dataDir: string): Promise<string> {
  const log = await openLog(inFiles(dataDir));
  const sealer = createSealer(log, treeOf(dataDir));
  // The next day, by a server that has looked through the log: of the heads of the last hours a server remembers each by itself.
  const at = new Date(Date.now() + DAY_MS).toISOString();
  await sealer.begin(at);
  const checkpoint = await sealer.seal({ at, lookedThrough: at });
  await log.close();
  return checkpoint;
}

function treeOf(dataDir: string): CheckpointStore {
  return createCheckpointFolder(join(dataDir, 'checkpoints'));
}

const DAY_MS = 86_400_000;
const NEWLINE = 0x0a;
const SCOPE: ExportScope = { is: 'period', from: '1970-01-01T00:00:00.000Z', to: '9999-01-01T00:00:00.000Z' };

/** Writes an export of all calls into a file, the walk through the tree included. */
async function exportAll(dataDir: string, checkpoint: string, path: string): Promise<Measured> {
  const store = treeOf(dataDir);
  const log = await openLog(inFiles(dataDir), 'read');
  // A new file, as whoever exports has it: to cut a long one that is there takes longer than to begin one.
  rmSync(path, { force: true });
  const file = openSync(path, 'w');
  let entries = 0;
  const measured = await watched(async () => {
    const accepted = createAccepted(store, ORIGIN, KEY);
    await accepted.readOn();
    const moment = await momentOf(accepted, accepted.tree.size());
    const sign = async (text: string): Promise<string> => formatNote({ text, signatures: [signText(text, KEY)] });
    const begun = { exportId: 'bench', scope: SCOPE, withhold: [], checkpoint };
    const words = { at: '', by: '', recipient: { name: '' }, purpose: 'HOPERAT', reason: null } as const;
    const first = lineText({ note: await sign(noteText('begin', { ...begun, ...words })) });
    writeSync(file, first);
    const standing = {
      part: 0,
      totals: { ...NO_TOTALS, bytes: Buffer.byteLength(first) },
      digest: firstDigest(first),
      place: { after: null, scripts: [] },
    };
    const ended = async ({ totals }: { readonly totals: { readonly entries: number } }): Promise<void> => {
      entries = totals.entries;
    };
    const deps = { log, sealed: { sign }, moment, leaving: async () => {}, ended };
    for await (const part of partsOf(deps, begun, standing)) writeSync(file, part);
  });
  closeSync(file);
  await log.close();
  return { ...measured, count: entries };
}

/** Checks the file by itself. @param segmentBytes shorter ones for a short file, to check it as a long one is. @returns as `count` its MB */
async function check(path: string, segmentBytes?: number): Promise<Measured> {
  let count = 0;
  const measured = await watched(async () => {
    const { totals, findings } = await checkFile(
      path,
      { key: KEY, witnesses: [], quorum: 0 },
      segmentBytes ? { segmentBytes } : {},
    );
    if (findings.length > 0) throw new Error(`a sound export is refused: ${JSON.stringify(findings[0])}`);
    count = totals.bytes / 1e6;
  });
  return { ...measured, count };
}

/** The baseline of `check`: SHA-256 of each line, as entries are hashed one by one, read from the same file, and nothing else. */
async function hashLines(path: string): Promise<Measured> {
  // The thread of a check may be at a segment yet that the other one has checked too.
  await setTimeout(200);
  let count = 0;
  const measured = await watched(async () => {
    for await (const { bytes } of blocksOf(createReadStream(path, { highWaterMark: 1024 ** 2 }))) {
      for (let [start, end] = [0, 0]; start < bytes.length; start = end) {
        end = bytes.indexOf(NEWLINE, start) + 1;
        hash('sha256', bytes.subarray(start, end), 'hex');
      }
      count += bytes.length / 1e6;
    }
  });
  return { ...measured, count };
}

async function watched(work: () => Promise<void>): Promise<Omit<Measured, 'count'>> {
  const startMs = performance.now();
  await work();
  const seconds = (performance.now() - startMs) / 1_000;
  // Told by the system: to look again and again took a fortieth of what was measured.
  return { seconds, peakRssBytes: process.resourceUsage().maxRSS * 1_024 };
}

const handlers = { seal, exportAll, check, hashLines };

export type ExportWorker = typeof handlers;

serveWorker(handlers);
