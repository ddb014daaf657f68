import { CHECKPOINTS_STREAM } from '../../domain/streams.ts';
import { checkpointText } from '../../tlog/checkpoint.ts';
import type { Signer } from '../../tlog/keys.ts';
import { type SignatureLine, signText } from '../../tlog/note.ts';
import { batchHash, batchName, formatBatch } from './batch.ts';
import type { CheckpointsDeps } from './deps.ts';
import type { KnownRecords } from './known-records.ts';
import { isTime } from './leaf.ts';
import type { Proposal } from './leaves.ts';
import { checkpointEntry } from './records.ts';
import { type Keys, signerFor } from './signers.ts';
import type { TreeState } from './tree-state.ts';

/** What a round did. `again`: somebody else was quicker, so everything is read again. */
export type Step = 'recorded' | 'signed' | 'asked' | 'proposed' | 'again' | 'nothing';

/** The time that entries and batches bear. */
export function nowOf({ clock }: Pick<CheckpointsDeps, 'clock'>): string {
  return new Date(clock.now()).toISOString();
}

/** Records the oldest batch that counts and is not recorded. @throws LogError */
export async function record(deps: CheckpointsDeps, records: KnownRecords, tree: TreeState): Promise<Step | null> {
  const batch = tree.accepted.next();
  if (!batch) return null;
  const body = { slot: batch.slot, batch: batch.batch, size: batch.size, root: batch.root };
  const id = `record/${tree.generation}/${batch.slot}`;
  const entry = checkpointEntry('RecordBatch', body, { id, at: nowOf(deps), actor: 'server' });
  const result = await deps.log.append(CHECKPOINTS_STREAM, records.head(), [entry]);
  return 'conflict' in result ? 'again' : 'recorded';
}

/** Makes the checkpoint of what is recorded, if nobody has. @throws CheckpointError */
export async function sign(tree: TreeState, signer: Signer, keys: Keys): Promise<Step | null> {
  const { recorded, origin } = tree;
  if (!recorded || tree.newest?.size === recorded.size) return null;
  const { size, root, at, exchanged } = recorded;
  const before = exchanged && signerFor(exchanged, keys);
  const signers = before ? [before, signer] : [signer];
  const text = checkpointText({ origin, size, root: Buffer.from(root, 'base64') });
  const note = await tree.kept.create(size, (attempt) => {
    // Others pass over lines behind the third, and the note gets another name.
    const whole = attempt === 0 ? text : `${text}again ${attempt}\n`;
    return { text: whole, signatures: signers.map((one) => signText(whole, one)) };
  });
  tree.newest = { size, note, at };
  return 'signed';
}

/** Asks witnesses to sign the newest checkpoint, and keeps what they signed. @throws CheckpointError */
export async function askWitnesses(tree: TreeState): Promise<Step | null> {
  const { newest, witnesses } = tree;
  if (!newest) return null;
  // Somebody else has asked it, or its answer was lost.
  if (await keepSignatures(tree, witnesses.shown(newest.note.text))) return 'asked';
  if (!witnesses.isBehind(newest.size)) return null;
  await keepSignatures(tree, await witnesses.ask(newest.note, newest.size, tree.accepted.tree));
  return 'asked';
}

/** Returns whether there was one that was not kept yet. */
async function keepSignatures(tree: TreeState, signatures: readonly SignatureLine[]): Promise<boolean> {
  const newest = tree.newest!;
  const { text, signatures: before } = newest.note;
  const further = signatures.filter(({ name, id }) => !before.some((one) => one.name === name && one.id.equals(id)));
  if (further.length === 0) return false;
  const note = { text, signatures: [...before, ...further] };
  tree.newest = { ...newest, note };
  await tree.kept.create(newest.size, () => note);
  return true;
}

/** Proposes a batch in the first missing slot. @throws CheckpointError */
export async function propose(
  deps: CheckpointsDeps,
  tree: TreeState,
  signer: Signer,
  proposal: Proposal,
  successor: Signer | null,
): Promise<Step> {
  const { slot, size, before } = tree.accepted.place();
  const { leaves, lookedThrough } = proposal;
  const { id: process, startedAt } = deps.process;
  // One that cannot be read would be proposed again and again, for ever.
  if (!isTime(startedAt) || !/^[\x21-\x7e]+$/.test(process)) throw new TypeError('the process has no id, or no start');
  const place = { origin: tree.origin, slot, firstIndex: size, before };
  const who = { process, startedAt, at: nowOf(deps) };
  const bytes = formatBatch({ ...place, ...who, lookedThrough, nextKey: successor?.line ?? null, leaves }, signer);
  tree.proposals.set(batchHash(bytes), { ...proposal, slot });
  return (await tree.store.create(batchName(slot), bytes)) ? 'proposed' : 'again';
}
