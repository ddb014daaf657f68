import { BATCH_LEAVES_MAX, batchHash, batchName, formatBatch, NO_BATCH } from '../../../src/audit/checkpoints/batch.ts';
import { type HeadLeaf, leafText, nameInTree } from '../../../src/audit/checkpoints/leaf.ts';
import type { CheckpointStore } from '../../../src/audit/checkpoints/ports.ts';
import { checkpointEntry } from '../../../src/audit/checkpoints/records.ts';
import { EMPTY_HEAD, type Head, headOf } from '../../../src/domain/entries.ts';
import { CHECKPOINTS_STREAM } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { checkpointText } from '../../../src/tlog/checkpoint.ts';
import { leafHash } from '../../../src/tlog/hash.ts';
import { type Signer, signerOf } from '../../../src/tlog/keys.ts';
import { formatNote, signText } from '../../../src/tlog/note.ts';
import { createTree } from '../../../src/tlog/tree.ts';
import { sha256 } from '../../support/sha256.ts';

export const ORIGIN = 'callistra.test/log';
export const KEY: Signer = signerOf(ORIGIN, Buffer.alloc(32, 1));

export type Sealing = {
  readonly at: string;
  readonly lookedThrough?: string;
  readonly how?: HeadLeaf['how'];
  readonly startedAt?: string;
  /** Streams that are left out. */
  readonly without?: readonly string[];
};

/**
 * Seals the heads of a log step by step, with what the formats say and nothing of who makes them in a server: so that verify is
 * tried against a history that is given, and not against its own idea of one.
 */
export function createSealer(log: CallEventLog, store: CheckpointStore, signer: Signer = KEY) {
  const tree = createTree(async () => Promise.reject(new Error('never asked')));
  const sealed = new Map<string, number>();
  let [slot, before]: [number, string] = [1, NO_BATCH];
  let head: Head = EMPTY_HEAD;
  const append = async (entry: ReturnType<typeof checkpointEntry>): Promise<void> => {
    const result = await log.append(CHECKPOINTS_STREAM, head, [entry]);
    if ('conflict' in result) throw new Error('somebody else seals');
    head = headOf(result.entries);
  };

  async function leavesOf({ how = 'memory', without = [] }: Sealing): Promise<HeadLeaf[]> {
    const leaves: HeadLeaf[] = [];
    for await (const stream of log.registered()) {
      const entries = await log.read(stream);
      const [first, last] = [entries[0], entries.at(-1)];
      const known = sealed.get(stream) ?? 0;
      if (!first || !last || last.version <= known || without.includes(stream)) continue;
      const { version, hash, at: time } = last;
      leaves.push({ stream: nameInTree(stream, first.hash), version, from: known + 1, hash, time, how });
      sealed.set(stream, version);
    }
    return leaves;
  }

  async function sealBatch(sealing: Sealing, leaves: readonly HeadLeaf[]): Promise<void> {
    const { at, lookedThrough = null, startedAt = '2026-01-01T00:00:00.000Z' } = sealing;
    const header = { origin: ORIGIN, slot, firstIndex: tree.size(), before, process: 'p', startedAt, at };
    const bytes = formatBatch({ ...header, lookedThrough, nextKey: null, leaves }, signer);
    await store.create(batchName(slot), bytes);
    for (const leaf of leaves) tree.append(leafHash(Buffer.from(leafText(leaf))));
    before = batchHash(bytes);
    const [size, root] = [tree.size(), tree.root()];
    const record = { slot, batch: before, size, root: root.toString('base64') };
    await append(checkpointEntry('RecordBatch', record, { id: `batch/${slot}`, at, actor: 'server' }));
    slot += 1;
  }

  return {
    async begin(at: string): Promise<void> {
      await log.register(CHECKPOINTS_STREAM, new Date(at));
      const body = { origin: ORIGIN, verifierKey: signer.line };
      await append(checkpointEntry('BeginTree', body, { id: 'begin', at, actor: 'server' }));
    },
    /** @returns the note of the checkpoint, for whoever wants to keep it */
    async seal(sealing: Sealing): Promise<string> {
      const leaves = await leavesOf(sealing);
      for (let from = 0; from === 0 || from < leaves.length; from += BATCH_LEAVES_MAX) {
        await sealBatch(sealing, leaves.slice(from, from + BATCH_LEAVES_MAX));
      }
      const [size, root] = [tree.size(), tree.root()];
      const text = checkpointText({ origin: ORIGIN, size, root });
      const note = formatNote({ text, signatures: [signText(text, signer)] });
      await store.create(`checkpoint/${size}.${sha256(note).slice(0, 16)}`, Buffer.from(note));
      return note;
    },
  };
}
