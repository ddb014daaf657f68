import { readLine } from '../../../src/audit/export/check/read-line.ts';
import {
  beginDigest,
  firstDigest,
  type Line,
  lineText,
  NO_TOTALS,
  noteText,
  type PartNote,
  readNoteBody,
  type StreamHead,
  type Totals,
  wordOf,
} from '../../../src/audit/export/format.ts';
import { isCallStream } from '../../../src/domain/streams.ts';
import type { Signer } from '../../../src/tlog/keys.ts';
import { formatNote, readNote, signText } from '../../../src/tlog/note.ts';
import { formatProof } from '../../../src/tlog/proof-file.ts';
import { type ExportRig, noteIn } from './rig.ts';

/** What a forger who has the log's key says in a note, where it is not what stands before it. */
export type Said = (note: PartNote, word: 'part' | 'end') => PartNote;

/** All notes of an export made anew and signed, as somebody does who has the key and the code. */
export function signedAgain(lines: readonly string[], signer: Signer, said: Said = (note) => note): string[] {
  const [first = '', ...rest] = lines;
  const sign = (text: string): string => lineText({ note: formatNote({ text, signatures: [signText(text, signer)] }) });
  const begin = sign(readNote(noteIn(first))!.text);
  const { exportId } = readNoteBody(noteIn(begin), 'begin')!;
  let digest = firstDigest(begin);
  let totals: Totals = { ...NO_TOTALS, bytes: Buffer.byteLength(begin) };
  let [number, part, streams]: [number, string[], PartNote['streams'][number][]] = [0, [], []];
  const signed = [begin];
  for (const raw of rest) {
    const line = looseLine(raw);
    if (line && 'note' in line) {
      const word = wordOf(line.note) === 'end' ? 'end' : 'part';
      const counted = beginDigest(digest);
      for (const each of part) if (!isEntry(each)) counted.update(each);
      digest = counted.digest('hex');
      totals = { ...totals, bytes: totals.bytes + Buffer.byteLength(part.join('')) };
      number += 1;
      const next = readNoteBody(line.note, word)?.next ?? null;
      const text = sign(noteText(word, said({ exportId, part: number, streams, totals, digest, next }, word)));
      totals = { ...totals, bytes: totals.bytes + Buffer.byteLength(text) };
      [part, streams] = [[], []];
      signed.push(text);
      continue;
    }
    part.push(raw);
    if (line && 'stream' in line) streams.push([line.stream.name, line.stream.version, line.stream.hash]);
    totals = plus(totals, line);
    signed.push(raw);
  }
  return signed;
}

function plus(totals: Totals, line: Line | null): Totals {
  if (!line) return totals;
  if ('left' in line) return { ...totals, left: totals.left + 1 };
  if ('stream' in line) {
    return { ...totals, streams: totals.streams + 1, calls: totals.calls + Number(isCallStream(line.stream.name)) };
  }
  // Whatever looks like an entry.
  const [body, ...more] = Object.values(line);
  if (more.length > 0 || !body?.hash) return totals;
  return { ...totals, entries: totals.entries + 1, withheld: totals.withheld + Number('withheld' in line) };
}

/** What the digest leaves to the chain: it counts every line of which a check makes an entry. */
function isEntry(raw: string): boolean {
  const line = readLine(raw.slice(0, -1));
  return line !== null && 'entry' in line;
}

function looseLine(raw: string): Line | null {
  try {
    const line: unknown = JSON.parse(raw);
    return typeof line === 'object' && line !== null ? (line as Line) : null;
  } catch {
    return null;
  }
}

/** Other words in a note, under the signature that was there. */
export function reworded(line: string, word: 'begin' | 'part' | 'end', change: (body: never) => object): string {
  const note = noteIn(line);
  const text = noteText(word, change(readNoteBody(note, word) as never) as never);
  return lineText({ note: formatNote({ text, signatures: readNote(note)!.signatures }) });
}

/** The lines of a text, each with its newline. */
export function rawLines(text: string): string[] {
  return text.match(/[^\n]*\n/g) ?? [];
}

/** The lines of one stream: its head and its entries. */
export function streamLines(lines: readonly string[], name: string): string[] {
  const start = lines.findIndex((line) => line.startsWith(`{"stream":{"name":"${name}"`));
  if (start < 0) throw new Error(`no ${name}`);
  const end = lines.findIndex((line, at) => at > start && !/^\{"(entry|withheld)"/.test(line));
  return lines.slice(start, end);
}

/** With other lines in the place of those of a stream. */
export function replaced(lines: readonly string[], name: string, by: readonly string[]): string[] {
  const own = streamLines(lines, name);
  const start = lines.indexOf(own[0]!);
  return [...lines.slice(0, start), ...by, ...lines.slice(start + own.length)];
}

/** A stream up to one of its leaves, as an export under this checkpoint would show it. @param version absent: the newest */
export async function provenLines(
  { instance, world }: ExportRig,
  checkpoint: string,
  name: string,
  version?: number,
): Promise<string[]> {
  const [origin = '', size = '', root = ''] = checkpoint.split('\n');
  const moment = await instance.checkpoints.sealed.moment({
    origin,
    size: Number(size),
    root: Buffer.from(root, 'base64'),
  });
  for (let index = Number(size) - 1; index >= 0; index -= 1) {
    const { stream, ...leaf } = await moment!.leaf(index);
    if (stream !== name || (version !== undefined && leaf.version !== version)) continue;
    const proof = formatProof({ index, proof: await moment!.inclusion(index), checkpoint });
    const head: StreamHead = {
      name,
      version: leaf.version,
      from: leaf.from,
      hash: leaf.hash,
      time: leaf.time,
      how: leaf.how,
      proof,
    };
    const entries = (await world.log.read(name)).slice(0, leaf.version);
    return [lineText({ stream: head }), ...entries.map(({ stream: _, ...entry }) => lineText({ entry }))];
  }
  throw new Error(`no leaf of ${name}`);
}

/** A line with its body changed. */
export function changedLine(line: string, change: (body: never) => object): string {
  const [[word, body]] = Object.entries(readLine(line.trimEnd())!) as [[string, never]];
  return lineText({ [word]: change(body) } as never);
}
