import { createHash } from 'node:crypto';
import { type Checkpoint, readCheckpoint } from '../tlog/checkpoint.ts';
import type { Verifier } from '../tlog/keys.ts';
import { readNote, signedBy } from '../tlog/note.ts';
import { WitnessError } from './logs.ts';

/** Where it is kept what was signed; objects are only created, and are durable when `create` resolves. */
export type Objects = {
  /** False when there is one of this name. */
  create(name: string, bytes: Buffer): Promise<boolean>;
  read(name: string): Promise<Buffer | null>;
  list(prefix: string): Promise<readonly string[]>;
};

/** The last checkpoint of a log that was signed; `number`: it was the so-manieth. */
export type Seen = { readonly number: number; readonly note: string; readonly checkpoint: Checkpoint };

/** What a witness has signed: every checkpoint of every log, under the numbers 1, 2, 3 ... */
export type SeenCheckpoints = {
  /** @throws WitnessError WITNESS_DAMAGED */
  latest(origin: string): Promise<Seen | null>;
  /** Keeps the one that follows; false when somebody else has kept another first. Durable when it resolves. */
  keep(origin: string, after: Seen | null, note: string): Promise<boolean>;
};

/** The name of a log where names are made of letters and digits. */
export function nameOf(origin: string): string {
  return createHash('sha256').update(origin).digest('hex');
}

/** @param own the witness's: what it has not signed itself, it has not kept */
export function createSeen(objects: Objects, own: Verifier): SeenCheckpoints {
  const known = new Map<string, Seen>();

  const read = async (origin: string, number: number): Promise<Seen | null> => {
    const bytes = await objects.read(`${nameOf(origin)}/${number}`);
    return bytes && seenIn(bytes.toString(), origin, number);
  };

  const seenIn = (text: string, origin: string, number: number): Seen => {
    const note = readNote(text);
    const checkpoint = note && readCheckpoint(note.text);
    const isOwn = note !== null && typeof signedBy(note, own) === 'object';
    if (checkpoint?.origin === origin && isOwn) return { number, note: text, checkpoint };
    // Nothing is signed on it: what it was cannot be known any more.
    throw new WitnessError('WITNESS_DAMAGED', `checkpoint ${number} of ${origin} is not what was signed`);
  };

  const begin = async (origin: string): Promise<Seen | null> => {
    const prefix = `${nameOf(origin)}/`;
    const numbers = (await objects.list(prefix)).map((name) => Number(name.slice(prefix.length)));
    const last = Math.max(0, ...numbers.filter(Number.isSafeInteger));
    return last === 0 ? null : read(origin, last);
  };

  return {
    async latest(origin) {
      let seen = known.get(origin) ?? (await begin(origin));
      // Another process may work on the same objects.
      for (let next = seen; next; next = await read(origin, next.number + 1)) seen = next;
      if (seen) known.set(origin, seen);
      return seen;
    },
    keep: (origin, after, note) => objects.create(`${nameOf(origin)}/${(after?.number ?? 0) + 1}`, Buffer.from(note)),
  };
}
