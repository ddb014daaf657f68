import type { Verifier } from '../../tlog/keys.ts';

/** No object of a tree is larger. */
export const OBJECT_BYTES_MAX = 16 * 1024 ** 2;

/** Where the objects of the tree are kept; filled in `adapters/checkpoints/`, each passes `test/adapters/checkpoints/contract.ts`. */
export type CheckpointStore = {
  /** In words, for people: a folder, or a container. */
  readonly place: string;
  /**
   * Keeps an object for good. Durable when it resolves.
   * @returns false when there is one of this name; nothing is written over
   * @throws CheckpointError CHECKPOINT_STORE_UNAVAILABLE; it may have been created all the same
   */
  create(name: string, bytes: Buffer): Promise<boolean>;
  /** Null when there is none; of one that is larger than `OBJECT_BYTES_MAX` its beginning, which is larger too. @throws CheckpointError */
  read(name: string): Promise<Buffer | null>;
  /** The names that begin so, in no order. @throws CheckpointError */
  list(prefix: string): Promise<readonly string[]>;
};

/** Somebody else who is shown every checkpoint, and signs that it goes on from those before (C2SP tlog-witness). */
export type Witness = {
  readonly verifier: Verifier;
  /** The note of the last checkpoint that it has signed; null when it has none. @throws CheckpointError */
  latest(origin: string): Promise<string | null>;
  /**
   * @param old the size of the checkpoint that it knows; `proof` shows that it is a prefix of this one
   * @throws CheckpointError CHECKPOINT_WITNESS_UNAVAILABLE
   */
  cosign(note: string, old: number, proof: readonly Buffer[]): Promise<WitnessAnswer>;
};

export type WitnessAnswer =
  /** Lines of signatures, to be put under the note. */
  | { readonly is: 'cosigned'; readonly lines: string }
  /** It knows another size than `old`. */
  | { readonly is: 'elsewhere'; readonly size: number }
  /** 403, 404, 422 ...: it does not know the log or its key, or what it knows is not a prefix. */
  | { readonly is: 'refused'; readonly status: number };
