import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { LINE_BYTES_MAX, linesOf } from '../../audit/export/check/lines.ts';
import { readLine } from '../../audit/export/check/read-line.ts';
import { readNoteBody, type Totals, wordOf } from '../../audit/export/format.ts';
import { openAgain } from '../../files/private.ts';

/** The last note of an export so far. */
export type LastNote = {
  readonly exportId: string;
  readonly note: string;
  readonly isEnd: boolean;
  /** Null before the first part. */
  readonly totals: Totals | null;
};

/** The file that an export is written to. */
export type ExportFile = {
  last(): LastNote;
  /** @returns whether a part was closed with it */
  write(chunk: Buffer): Promise<boolean>;
  /** Takes back what stands behind the last note. */
  dropRest(): Promise<void>;
  close(): Promise<void>;
};

/** @param path of an empty file */
export async function createExportFile(path: string, firstLine: string): Promise<ExportFile> {
  const handle = await openAgain(path);
  await handle.writeFile(firstLine);
  const last = lastNoteIn(firstLine.trimEnd());
  if (!last) throw new TypeError('the server gave no first line of an export');
  return fileOf(handle, last, Buffer.byteLength(firstLine));
}

/** Opens a file that was broken off, without what stands behind its last note; null when there is no note of an export in it. */
export async function resumeExportFile(path: string): Promise<ExportFile | null> {
  let last: LastNote | null = null;
  let [before, whole] = [0, 0];
  for await (const { bytes, lines } of linesOf(createReadStream(path))) {
    for (const { text, end: stop } of lines) {
      const end = before + stop;
      const note = text === null ? null : lastNoteIn(text);
      if (!note) continue;
      last = note;
      whole = end;
    }
    before += bytes.length;
  }
  if (!last) return null;
  const file = fileOf(await openAgain(path), last, whole);
  await file.dropRest();
  return file;
}

const NEWLINE = 0x0a;
const NOTE = Buffer.from('{"note":');

function fileOf(handle: FileHandle, begun: LastNote, size: number): ExportFile {
  let last = begun;
  /** Up to where whole parts stand, and up to where anything does. */
  let [whole, end] = [size, size];
  let line: Buffer[] = [];
  let lineBytes = 0;

  /** The notes among the lines that end in this chunk; the others are not looked into. */
  const look = (chunk: Buffer): boolean => {
    let hasClosed = false;
    for (let start = 0; start < chunk.length; ) {
      const stop = chunk.indexOf(NEWLINE, start);
      line.push(chunk.subarray(start, stop < 0 ? undefined : stop));
      lineBytes += (stop < 0 ? chunk.length : stop) - start;
      if (lineBytes > LINE_BYTES_MAX) throw new TypeError('the server sends what are no lines of an export');
      if (stop < 0) return hasClosed;
      const bytes = line.length === 1 ? line[0]! : Buffer.concat(line);
      [line, lineBytes] = [[], 0];
      start = stop + 1;
      const note = bytes.subarray(0, NOTE.length).equals(NOTE) ? lastNoteIn(bytes.toString()) : null;
      if (!note) continue;
      last = note;
      whole = end + start;
      hasClosed = true;
    }
    return hasClosed;
  };

  return {
    last: () => last,
    async write(chunk) {
      // A disk that is nearly full takes a part of it, and says so by no error.
      for (let at = 0; at < chunk.length; ) {
        at += (await handle.write(chunk, at, chunk.length - at, end + at)).bytesWritten;
      }
      const hasClosed = look(chunk);
      end += chunk.length;
      return hasClosed;
    },
    async dropRest() {
      [line, lineBytes] = [[], 0];
      end = whole;
      await handle.truncate(whole);
    },
    async close() {
      await handle.sync().finally(() => handle.close());
    },
  };
}

function lastNoteIn(text: string): LastNote | null {
  const line = text.startsWith('{"note":') ? readLine(text) : null;
  const note = line && 'note' in line ? line.note : null;
  const word = note === null ? null : wordOf(note);
  if (note === null || word === null) return null;
  const body = readNoteBody(note, word);
  if (!body) return null;
  return { exportId: body.exportId, note, isEnd: word === 'end', totals: 'totals' in body ? body.totals : null };
}
