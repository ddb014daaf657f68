import { EMPTY_HEAD } from '../../domain/entries.ts';
import { CHECKPOINTS_STREAM } from '../../domain/streams.ts';
import type { CheckpointsDeps } from './deps.ts';
import { CheckpointError } from './errors.ts';
import type { KnownRecords } from './known-records.ts';
import { checkpointEntry } from './records.ts';
import type { Keys } from './signers.ts';
import { nowOf } from './steps.ts';

/**
 * Begins the first tree of a log, unless there is one: whoever appends the first entry of the stream names origin and key.
 * @throws CheckpointError when there is no key, or somebody's tree and no entry about it; LogError
 */
export async function beginTree(deps: CheckpointsDeps, records: KnownRecords, { signers }: Keys): Promise<void> {
  await records.readOn();
  if (records.tree()) return;
  // Before the log is read again: whoever begins a tree meanwhile has named it by then.
  const [batch] = [...(await deps.store.list('batch/')), ...(await deps.store.list('checkpoint/'))];
  await records.readOn();
  if (records.tree()) return;
  if (batch !== undefined) {
    const what = `${deps.store.place} holds a tree that this log knows nothing of: another log's, which needs a place of its own, or this log was lost`;
    throw new CheckpointError('CHECKPOINT_FORK', what);
  }
  const [signer] = signers;
  if (!signer) throw new CheckpointError('CHECKPOINT_KEY', 'there is no key to sign checkpoints with');
  const body = { origin: signer.name, verifierKey: signer.line };
  const entry = checkpointEntry('BeginTree', body, { id: 'begin', at: nowOf(deps), actor: 'server' });
  const result = await deps.log.append(CHECKPOINTS_STREAM, EMPTY_HEAD, [entry]);
  if (!('conflict' in result)) deps.journal.info({ origin: body.origin, key: body.verifierKey }, 'a tree was begun');
  await records.readOn();
}
