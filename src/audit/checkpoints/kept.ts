import { createHash } from 'node:crypto';
import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Verifier } from '../../tlog/keys.ts';
import { formatNote, type Note } from '../../tlog/note.ts';
import { type Claim, readClaim } from './claims.ts';
import { CheckpointError } from './errors.ts';
import type { CheckpointStore } from './ports.ts';

/** The checkpoints that are kept beside the batches. */
export type Kept = {
  /**
   * Looks at what there is. With very many of them only the ones of this size are looked at.
   * @param whole all of them, however many they are
   * @throws CheckpointError
   */
  look(size: number, whole: boolean): Promise<readonly KeptName[]>;
  /** Those of them that are of this tree, from the largest below this size on. @throws CheckpointError */
  claims(names: readonly KeptName[], fromSize: number, keys: readonly Verifier[]): Promise<readonly Claim[]>;
  /** Keeps a checkpoint for good. @param note asked for its bytes; the number is 0, and larger while its name is taken */
  create(size: number, note: (attempt: number) => Note): Promise<Note>;
};

export type KeptName = { readonly name: string; readonly size: number };

/** Those of a month; as many take Azure two requests to list. */
const LISTED_MAX = 10_000;
const JUDGED_MAX = 1_000;
/** Whoever takes a name must know the checkpoint before it is there. */
const ATTEMPTS = 4;

export function createKept(store: CheckpointStore, origin: string): Kept {
  const judged = createBoundedMap<Claim | null>(JUDGED_MAX);
  let listed = 0;
  let keysJudgedBy = 0;

  const judge = async (name: string, keys: readonly Verifier[]): Promise<Claim | null> => {
    // What one of the keys cannot have signed, a further one may have.
    if (keys.length !== keysJudgedBy) judged.clear();
    keysJudgedBy = keys.length;
    const known = judged.get(name);
    if (known !== undefined) return known;
    const bytes = await store.read(name);
    const claim = bytes && readClaim(bytes.toString(), origin, keys);
    judged.set(name, claim);
    return claim;
  };

  return {
    async look(size, whole) {
      const isWhole = whole || listed <= LISTED_MAX;
      const names = (await store.list(isWhole ? PREFIX : `${PREFIX}${size}.`)).flatMap(parse);
      if (isWhole) listed = names.length;
      return names;
    },
    async claims(names, fromSize, keys) {
      const claims: Claim[] = [];
      const below = names.reduce((most, { size }) => (size < fromSize ? Math.max(most, size) : most), -1);
      for (const { name, size } of names) {
        const claim = size >= fromSize || size === below ? await judge(name, keys) : null;
        if (claim) claims.push(claim);
      }
      return claims;
    },
    async create(size, note) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const made = note(attempt);
        const bytes = Buffer.from(formatNote(made));
        const name = `${PREFIX}${size}.${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
        if ((await store.create(name, bytes)) || (await store.read(name))?.equals(bytes)) return made;
      }
      throw new CheckpointError(
        'CHECKPOINT_STORE_UNAVAILABLE',
        `somebody takes the names of checkpoints in ${store.place}`,
      );
    },
  };
}

const PREFIX = 'checkpoint/';

function parse(name: string): KeptName[] {
  const size = /^checkpoint\/([1-9]\d{0,14})\.[0-9a-f]{16}$/.exec(name)?.[1];
  return size === undefined ? [] : [{ name, size: Number(size) }];
}
