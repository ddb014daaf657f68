import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileBytes } from '../../../src/cli/commands/file-bytes.ts';
import { inFiles, openMembers } from '../../../src/composition/stores.ts';
import { importMembersCsv } from '../../../src/members/import.ts';
import { serveWorker } from '../serve-worker.ts';

const PIECE = 10_000;

/** Writes a file of so many members, each with all that one may have. @returns its name */
function writeFile(dir: string, members: number): string {
  const path = join(dir, 'members.csv');
  const file = openSync(path, 'w');
  writeSync(file, 'memberId,phoneNumber,name,timeZone\n');
  for (let from = 0; from < members; from += PIECE) {
    const numbers = Array.from({ length: Math.min(PIECE, members - from) }, (_, n) => from + n);
    writeSync(file, numbers.map(line).join(''));
  }
  closeSync(file);
  return path;
}

function line(n: number): string {
  return `M-${n},+1202${String(2_000_000 + n)},"Member, Number ${n}",America/New_York\n`;
}

/** Imports a file as the command line does. */
async function importFile(path: string, dataDir: string) {
  const startMs = performance.now();
  const { imported } = await importMembersCsv(fileBytes(path), () => openMembers(inFiles(dataDir)));
  const { maxRSS } = process.resourceUsage();
  return { imported, seconds: (performance.now() - startMs) / 1_000, peakRssBytes: maxRSS * 1024 };
}

const handlers = { writeFile, importFile };

export type MembersWorker = typeof handlers;

serveWorker(handlers);
