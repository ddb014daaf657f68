import { type Checkpoints, startCheckpoints } from '../../../src/audit/checkpoints/checkpoints.ts';
import type { AuditJournal } from '../../../src/audit/checkpoints/deps.ts';
import { keepHeads } from '../../../src/audit/checkpoints/heads.ts';
import type { HeadLeaf } from '../../../src/audit/checkpoints/leaf.ts';
import { emptyTree, type Slot, slotsFrom, type TreePlace } from '../../../src/audit/checkpoints/order.ts';
import type { CheckpointStore, Witness } from '../../../src/audit/checkpoints/ports.ts';
import { objectsOf, type RecordedTree, treesIn } from '../../../src/audit/checkpoints/records.ts';
import type { Heads } from '../../../src/audit/checkpoints/runs.ts';
import type { Keys } from '../../../src/audit/checkpoints/signers.ts';
import { type Entry, headOf } from '../../../src/domain/entries.ts';
import { CHECKPOINTS_STREAM } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { readVerifier, type Signer, signerOf } from '../../../src/tlog/keys.ts';
import { accepted, newEntry } from '../../log/samples.ts';
import { type MemoryStore, memoryStore } from '../../support/checkpoint-store.ts';
import { type JournalLine, journalInto } from '../../support/journal.ts';
import { type MemoryLog, memoryLog } from '../../support/memory-log.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

export const ORIGIN = 'callistra.example/log';
export const EVERY_MS = 300_000;
export const HOUR_MS = 3_600_000;
const keys = new Map<string, Signer>();

/** The same key for the same digit; making one takes longer than most of what is done with it. */
export function keyOf(digit: number, name = ORIGIN): Signer {
  const key = keys.get(`${digit} ${name}`) ?? signerOf(name, Buffer.alloc(32, digit));
  keys.set(`${digit} ${name}`, key);
  return key;
}

/** What instances share. */
export type World = { readonly log: MemoryLog; readonly store: MemoryStore; readonly clock: VirtualClock };

export function newWorld(): World {
  return { log: memoryLog(), store: memoryStore(), clock: virtualClock() };
}

export type InstanceOptions = {
  readonly log?: CallEventLog;
  readonly store?: CheckpointStore;
  readonly witnesses?: readonly Witness[];
  readonly keys?: () => Keys;
  readonly clock?: VirtualClock;
  readonly everyMs?: number;
  /** Its id; absent: one of its own. */
  readonly process?: string;
};

export type Instance = {
  readonly checkpoints: Checkpoints;
  readonly log: CallEventLog;
  readonly heads: Heads;
  readonly journal: JournalLine[];
  readonly clock: VirtualClock;
  /** Appends an entry to a stream, on what the log holds. */
  append(stream: string, id?: string): Promise<Entry>;
  /** It does nothing any more, and nobody hears of it. */
  die(): void;
};

let started = 0;

/** A process with a log, and what makes its checkpoints. */
export function startInstance(world: World, options: InstanceOptions = {}): Instance {
  const clock = options.clock ?? world.clock;
  const life = createLife();
  const { log, heads } = keepHeads(life.while(options.log ?? world.log), clock);
  const journal: JournalLine[] = [];
  started += 1;
  const checkpoints = startCheckpoints({
    log,
    heads,
    store: life.while(options.store ?? world.store),
    witnesses: options.witnesses ?? [],
    keys: async () => options.keys?.() ?? { signers: [keyOf(1)], next: null },
    clock,
    process: { id: options.process ?? `process-${started}`, startedAt: new Date(clock.now()).toISOString() },
    everyMs: options.everyMs ?? EVERY_MS,
    journal: journalInto(journal) as AuditJournal,
  });
  let entries = 0;
  return {
    checkpoints,
    log,
    heads,
    journal,
    clock,
    die: life.end,
    async append(stream, id) {
      entries += 1;
      const at = new Date(clock.now()).toISOString();
      const entry = newEntry(id ?? `${started}-${entries}`, { at });
      return accepted(await log.append(stream, headOf(await log.read(stream)), [entry])).at(-1)!;
    },
  };
}

/** What a process reaches as long as it lives; once it is dead, nothing answers. */
function createLife() {
  let isOver = false;
  const alive = async <T>(answer: () => T | Promise<T>): Promise<T> => {
    if (isOver) await new Promise(() => {});
    const given = await answer();
    if (isOver) await new Promise(() => {});
    return given;
  };
  return {
    end: () => {
      isOver = true;
    },
    while<Port extends CallEventLog | CheckpointStore>(port: Port): Port {
      const guarded = Object.entries(port).map(([name, member]) => {
        if (typeof member !== 'function') return [name, member];
        if (name === 'registered') {
          return [
            name,
            async function* (since?: Date) {
              for await (const one of (port as CallEventLog).registered(since)) yield await alive(() => one);
            },
          ];
        }
        return [name, (...asked: unknown[]) => alive(() => (member as (...all: unknown[]) => unknown)(...asked))];
      });
      return Object.fromEntries(guarded) as Port;
    },
  };
}

/** A tree as anybody reads it. */
export type SeenTree = {
  readonly tree: RecordedTree;
  readonly place: TreePlace;
  readonly slots: readonly Slot[];
  readonly leaves: readonly HeadLeaf[];
  /** Names of its checkpoints. */
  readonly checkpoints: readonly string[];
};

/** The tree that is written to, or one before it; its records are those of the log. */
export async function seenTree(
  { log, store }: { readonly log: CallEventLog; readonly store: MemoryStore },
  generation?: number,
): Promise<SeenTree> {
  const trees = treesIn(await log.read(CHECKPOINTS_STREAM));
  const tree = generation === undefined ? trees.at(-1)! : trees[generation - 1]!;
  const prefix = objectsOf(tree.generation);
  const slots: Slot[] = [];
  let place = emptyTree(tree.origin, readVerifier(tree.verifierKey)!);
  for await (const slot of slotsFrom({ read: async (name) => store.objects.get(prefix + name) ?? null }, place)) {
    slots.push(slot);
    place = slot.place;
  }
  const leaves = slots.flatMap((slot) => (slot.counts ? [...slot.batch.leaves] : []));
  const checkpoints = [...store.objects.keys()].filter((name) => name.startsWith(`${prefix}checkpoint/`));
  return { tree, place, slots, leaves, checkpoints };
}

/** The leaves of a stream, as far as its name in the tree is its own. */
export async function leavesOf(world: World, stream: string): Promise<HeadLeaf[]> {
  return (await seenTree(world)).leaves.filter((leaf) => leaf.stream === stream);
}

/** Lets everything that was begun come to its end. */
export async function settled({ clock }: Pick<World, 'clock'>): Promise<void> {
  for (let times = 0; times < 5; times += 1) await clock.advance(0);
}

/** A process that has begun its work. */
export async function running(world: World, options: InstanceOptions = {}): Promise<Instance> {
  const instance = startInstance(world, options);
  await settled(world);
  return instance;
}

/** The time before which everything has a leaf, as the tree says. */
export async function settledTimeOf(world: World): Promise<number> {
  const { lookedThrough } = (await seenTree(world)).place;
  return lookedThrough === null ? Number.NEGATIVE_INFINITY : Date.parse(lookedThrough) - HOUR_MS;
}

/** A leaf in a word. */
export function short({ how, from, version }: HeadLeaf): string {
  return `${how} ${from}-${version}`;
}
