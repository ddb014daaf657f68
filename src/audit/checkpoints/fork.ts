import type { Verifier } from '../../tlog/keys.ts';
import { signedBy } from '../../tlog/note.ts';
import { batchName } from './batch.ts';
import { type Claim, contradiction } from './claims.ts';
import type { KeptName } from './kept.ts';
import type { KnownRecords } from './known-records.ts';
import type { Heads } from './runs.ts';
import type { TreeState } from './tree-state.ts';

/**
 * Puts records and batches side by side, as far as both were read; what is recorded is vouched for, so its runs need not be
 * remembered any more.
 * @returns what is wrong, in words, if the log has recorded what does not count
 */
export function matchRecords(records: KnownRecords, tree: TreeState, heads: Pick<Heads, 'cover'>): string | null {
  for (;;) {
    const [record, batch] = [records.next(), tree.accepted.next()];
    if (!record) return null;
    const what = `the log has recorded ${batchName(record.slot)}, a tree of ${record.size} leaves`;
    if (!batch) return `${what}, and ${tree.store.place} holds ${tree.accepted.tree.size()} leaves that count`;
    const isSame =
      record.batch === batch.batch &&
      record.slot === batch.slot &&
      record.size === batch.size &&
      record.root === batch.root;
    if (!isSame) return `${what}, and ${tree.store.place} holds ${batchName(batch.slot)}, another one`;
    records.take();
    tree.accepted.take();
    tree.recorded = batch;
    const proposal = tree.proposals.get(batch.batch);
    if (proposal) heads.cover(proposal.runs, proposal.moment);
    for (const [hash, { slot }] of tree.proposals) if (slot <= batch.slot) tree.proposals.delete(hash);
  }
}

/**
 * What is wrong, in words, if somebody knows more of the tree than the log has recorded, or something else.
 * @param names of checkpoints that were there before the log was read
 * @param keys whose signatures are believed
 */
export async function contradictionOf(
  tree: TreeState,
  names: readonly KeptName[],
  keys: readonly Verifier[],
): Promise<string | null> {
  const recorded = { size: tree.recorded?.size ?? 0, tree: tree.accepted.tree };
  const claims = await tree.kept.claims(names, recorded.size, keys);
  for (const claim of claims) {
    const wrong = await contradiction(`a checkpoint in ${tree.store.place}`, claim, recorded);
    if (wrong !== null) return wrong;
  }
  takeNewest(tree, claims);
  return tree.witnesses.contradiction(tree.origin, keys, recorded);
}

/** Of the checkpoints of the recorded size the one with most signatures. */
function takeNewest(tree: TreeState, claims: readonly Claim[]): void {
  const { recorded } = tree;
  if (!recorded) return;
  if (tree.newest?.size !== recorded.size) tree.newest = null;
  for (const { checkpoint, note } of claims) {
    if (checkpoint.size !== recorded.size || typeof signedBy(note, recorded.inForce) === 'string') continue;
    if (note.signatures.length <= (tree.newest?.note.signatures.length ?? 0)) continue;
    tree.newest = { size: recorded.size, note, at: recorded.at };
  }
}
