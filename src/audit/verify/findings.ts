/**
 * What contradicts what. The words are in `words.ts`.
 * - `hash`, `gap`, `order`, `unreadable`, `foreign-stream`: a stream contradicts itself
 * - `truncated`, `rewritten`, `removed`: it contradicts a leaf of the tree, or the version that the read models have seen
 * - `back-dated`: an entry of a time that was settled without it
 * - `not-by-writer`: the process that had the log alone was running then, and did not write it
 * - `stored-late`: the service says that the row was written long after it was sealed
 * - `unregistered`: a stream that no row of the register names
 * - `safeguard`: what keeps the store from being changed is not as it was made
 * - `record`, `checkpoint`, `known-checkpoint`, `slot`, `tree`, `key`: the tree contradicts the log, itself, or what was kept
 * - `row`: the read models show something else than the log says
 */
export type FindingKind =
  | 'hash'
  | 'gap'
  | 'order'
  | 'unreadable'
  | 'foreign-stream'
  | 'truncated'
  | 'rewritten'
  | 'removed'
  | 'back-dated'
  | 'not-by-writer'
  | 'stored-late'
  | 'unregistered'
  | 'safeguard'
  | 'record'
  | 'checkpoint'
  | 'known-checkpoint'
  | 'slot'
  | 'tree'
  | 'key'
  | 'row'
  | 'access-record';

/** One contradiction, and where it is; version 0: of the stream as a whole. `detail`: what there is to say beside the kind. */
export type Finding = {
  readonly stream: string;
  readonly version: number;
  readonly kind: FindingKind;
  readonly detail?: string;
};

/**
 * What an honest history may show, and is not proven.
 * - `unproven`: no process that wrote these entries vouches for them
 * - `uncovered`: no checkpoint covers these entries, although two intervals have gone by
 * - `empty`: a name on the register without entries; a member's stream may name the call
 * - `unrecorded-batch`: a batch that the log does not know yet
 * - `no-checkpoints`: there is no tree
 */
export type NoteKind = 'unproven' | 'uncovered' | 'empty' | 'unrecorded-batch' | 'no-checkpoints';

/** `from` to `to`: versions; both 0: of the stream as a whole. */
export type Note = { readonly stream: string; readonly from: number; readonly to: number; readonly kind: NoteKind };
