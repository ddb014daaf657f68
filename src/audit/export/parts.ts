import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Entry } from '../../domain/entries.ts';
import { isCallStream, isMemberStream, memberIdOf, questionnaireStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { formatProof } from '../../tlog/proof-file.ts';
import type { Moment, Sealed } from '../checkpoints/moment.ts';
import type { BeginExportBody } from './entries.ts';
import {
  beginDigest,
  type Left,
  lineText,
  noteText,
  type PartNote,
  type Place,
  parsed,
  type Totals,
} from './format.ts';
import { createPartBytes, type PartBytes } from './part-bytes.ts';
import type { SealedStream } from './sealed-stream.ts';
import { createStreamLines, type StreamLines } from './stream-lines.ts';
import { streamsOf } from './streams.ts';

/** What a part shows, to be recorded before it leaves. */
export type Leaving = { readonly calls: readonly string[]; readonly members: readonly string[] };

export type PartsDeps = {
  readonly log: Pick<CallEventLog, 'read' | 'readStored' | 'registered'>;
  readonly sealed: Pick<Sealed, 'sign'>;
  readonly moment: Moment;
  /** Resolves when it is in the log. @throws LogError, AccessError */
  readonly leaving: (shown: Leaving) => Promise<void>;
  /** Told of the last line before it leaves, and when it has been written down. @throws LogError */
  readonly ended: (last: PartNote) => Promise<void>;
};

/** Where an export stands: what the note before says, which our key has signed. */
export type Standing = Pick<PartNote, 'part' | 'totals' | 'digest'> & { readonly place: Place };

/** As much as is held in memory, recorded and signed at once. */
const PART_BYTES = 2 * 1024 ** 2;
const PART_STREAMS = 256;
/** What most parts have beyond that: the end of their last stream, and their note. */
const REST_BYTES = 128 * 1024;

type Begun = Pick<BeginExportBody, 'exportId' | 'scope' | 'withhold'> & {
  /** The checkpoint's note. */
  readonly checkpoint: string;
};

/**
 * The lines of an export from where it stands, part by part; each part ends with its note, the last one with the export's.
 * @throws LogError, CheckpointError, AccessError: what was given before stands, and can be gone on from
 */
export async function* partsOf(deps: PartsDeps, begun: Begun, standing: Standing): AsyncGenerator<Buffer> {
  const lines = createStreamLines(deps, begun.withhold);
  let { place, ...before } = standing;
  const bytes = createPartBytes(PART_BYTES + REST_BYTES);
  let part = beginPart(bytes, before.digest);
  const close = async (next: Place | null): Promise<Buffer> => {
    // A store that answers at once gives no turn to others, nor to the driver, which lets go of what it has read only then.
    await nextTurn();
    const closed = await closePart(deps, begun, { before, part, next });
    const { part: number, totals, digest } = closed.note;
    before = { part: number, totals, digest };
    part = beginPart(bytes, digest);
    return closed.bytes;
  };
  for await (const stream of streamsOf({ log: deps.log, read: lines.read }, begun.scope, place.after)) {
    if (bytes.size() >= PART_BYTES || part.streams.length >= PART_STREAMS) yield await close(place);
    await write(deps, begun, part, { stream, lines });
    place = { ...place, after: stream.name };
    const { memberId, script } = 'first' in stream ? callOf(stream.first) : NO_CALL;
    if (memberId !== null && isCallStream(stream.name)) part.members.add(memberId);
    if (script === null || place.scripts.includes(script)) continue;
    await write(deps, begun, part, { stream: await lines.read(questionnaireStream(script)), lines });
    place = { ...place, scripts: [...place.scripts, script] };
  }
  yield await close(null);
}

export type Call = { readonly memberId: string | null; readonly script: string | null };
const NO_CALL: Call = { memberId: null, script: null };

/** Whom a call is to, and the hash of the script that it follows. @param first its first entry, or that of another stream */
export function callOf({ type, data }: Pick<Entry, 'type' | 'data'>): Call {
  if (type !== 'InitiateCall') return NO_CALL;
  const body = parsed(data) as { memberId?: unknown; questionnaire?: { hash?: unknown } } | null | undefined;
  const [memberId, script] = [body?.memberId, body?.questionnaire?.hash];
  return {
    memberId: typeof memberId === 'string' ? memberId : null,
    script: typeof script === 'string' ? script : null,
  };
}

type Part = ReturnType<typeof beginPart>;

/** Lines that are gathered. */
function beginPart(bytes: PartBytes, before: string) {
  return {
    bytes,
    digest: beginDigest(before),
    streams: [] as PartNote['streams'][number][],
    calls: [] as string[],
    members: new Set<string>(),
    entries: 0,
    withheld: 0,
    left: 0,
  };
}

/** `lines`: of the stream's entries. */
type Read = { readonly stream: SealedStream | Left; readonly lines: StreamLines };

async function write(deps: PartsDeps, { checkpoint }: Begun, part: Part, { stream, lines }: Read) {
  const { name } = stream;
  if (isCallStream(name)) part.calls.push(name);
  if (isMemberStream(name)) part.members.add(memberIdOf(name));
  if ('because' in stream) {
    putSigned(part, lineText({ left: stream }));
    part.left += 1;
    return;
  }
  const { index, leaf } = stream;
  const { version, from, hash, time, how } = leaf;
  const proof = formatProof({ index, proof: await deps.moment.inclusion(index), checkpoint });
  putSigned(part, lineText({ stream: { name, version, from, hash, time, how, proof } }));
  part.bytes.putBytes(lines.bytes.view());
  const withheld = lines.withheld();
  for (const line of withheld) part.digest.update(line);
  part.withheld += withheld.length;
  part.entries += version;
  part.streams.push([name, version, hash]);
}

/** Puts down a line that the digest counts. */
function putSigned({ bytes, digest }: Part, line: string): void {
  const from = bytes.size();
  bytes.put(line);
  digest.update(bytes.view().subarray(from));
}

type Closing = {
  readonly before: Pick<Standing, 'part' | 'totals' | 'digest'>;
  readonly part: Part;
  readonly next: Place | null;
};

/** Signs a part, and puts down what it shows before anything of it may leave. */
async function closePart(deps: PartsDeps, { exportId }: Begun, { before, part, next }: Closing) {
  const totals = totalsOf(before.totals, part, part.bytes.size());
  const digest = part.digest.digest('hex');
  const note: PartNote = { exportId, part: before.part + 1, streams: part.streams, totals, digest, next };
  const signed = lineText({ note: await deps.sealed.sign(noteText(next === null ? 'end' : 'part', note)) });
  await deps.leaving({ calls: part.calls, members: [...part.members] });
  if (next === null) await deps.ended(note);
  const written: PartNote = { ...note, totals: { ...totals, bytes: totals.bytes + Buffer.byteLength(signed) } };
  part.bytes.put(signed);
  return { note: written, bytes: part.bytes.take() };
}

function totalsOf(before: Totals, part: Part, bytes: number): Totals {
  return {
    streams: before.streams + part.streams.length,
    entries: before.entries + part.entries,
    calls: before.calls + part.streams.filter(([name]) => isCallStream(name)).length,
    withheld: before.withheld + part.withheld,
    left: before.left + part.left,
    bytes: before.bytes + bytes,
  };
}
