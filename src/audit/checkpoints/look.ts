import { setImmediate } from 'node:timers/promises';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { BATCH_LEAVES_MAX } from './batch.ts';
import type { Covered } from './covered.ts';
import { type HeadLeaf, isHiddenInTree, isSound, nameInTree } from './leaf.ts';
import { type Heads, ridesAlong } from './runs.ts';

/**
 * The look for what dead processes have left: of every stream registered since the settled time the newest version that is
 * older than two intervals. What no leaf reaches is read back.
 */
export type Look = {
  /** What was dated before this has a leaf, once those that were found have one. */
  readonly through: string;
  /** Looks on until there is enough for a batch, or nothing further. @throws LogError; it can go on no more then */
  goOn(): Promise<void>;
  isDone(): boolean;
  /** What was found, has no leaf yet and no run in memory that will be one. */
  found(): readonly HeadLeaf[];
  /** Whether anything of it must not wait for the next batch. */
  isUrgent(): boolean;
  /** Streams that could not be read, in words; null: there was none. */
  trouble(): string | null;
};

type LookDeps = {
  readonly log: Pick<CallEventLog, 'read' | 'registered'>;
  readonly heads: Pick<Heads, 'reaches' | 'firstHash'>;
  readonly covered: Covered;
  /** Null: nobody has looked yet. */
  readonly settled: string | null;
  readonly through: string;
};

type Found = { readonly stream: string; readonly leaf: HeadLeaf };

/** Azure is asked for so many streams at once; between them others have their turn. */
const AT_ONCE = 16;

export function beginLook({ log, heads, covered, settled, through }: LookDeps): Look {
  const streams = log.registered(settled === null ? undefined : new Date(settled))[Symbol.asyncIterator]();
  let found: Found[] = [];
  let isDone = false;
  let damaged: { readonly first: string; count: number } | null = null;

  const needsLeaf = ({ stream, leaf }: Found): boolean =>
    !covered.reaches(leaf) && !heads.reaches(stream, leaf.version);

  const readBack = async (stream: string): Promise<void> => {
    const isHidden = isHiddenInTree(stream);
    const firstHash = isHidden ? heads.firstHash(stream) : '';
    const known = firstHash === undefined ? 0 : covered.newest(nameInTree(stream, firstHash));
    const entries = await log.read(stream, known + 1);
    const newest = entries.findLast(({ at }) => at < through);
    // What is dated before the settled time has a leaf already, perhaps one that is no longer remembered.
    if (!newest || (settled !== null && newest.at < settled)) return;
    const name = nameInTree(stream, firstHash ?? entries[0]!.hash);
    const { version, hash, at: time } = newest;
    const leaf: HeadLeaf = { stream: name, version, from: entries[0]!.version, hash, time, how: 'read-back' };
    // A member's stream whose first entry is gone has no name.
    if (!isSound(leaf) || (firstHash === undefined && entries[0]!.version !== 1)) damage(stream);
    else found.push({ stream, leaf });
  };

  const damage = (stream: string): void => {
    damaged ??= { first: stream, count: 0 };
    damaged.count += 1;
  };

  const readOne = async (stream: string): Promise<void> => {
    try {
      await readBack(stream);
    } catch (error) {
      if (!(error instanceof LogError && error.code === 'LOG_CORRUPT')) throw error;
      damage(stream);
    }
  };

  return {
    through,
    isDone: () => isDone,
    async goOn() {
      found = found.filter(needsLeaf);
      while (!isDone && found.length < BATCH_LEAVES_MAX) {
        const some: string[] = [];
        let isLast = false;
        while (some.length < AT_ONCE && !isLast) {
          const next = await streams.next();
          isLast = next.done === true;
          if (next.done !== true) some.push(next.value);
        }
        await Promise.all(some.map(readOne));
        // Not before all of it is found: a batch that is made meanwhile would say that it was.
        isDone = isLast;
        found = found.filter(needsLeaf);
        await setImmediate();
      }
    },
    found() {
      found = found.filter(needsLeaf);
      return found.map(({ leaf }) => leaf);
    },
    isUrgent: () => found.some((one) => !ridesAlong(one.stream) && needsLeaf(one)),
    trouble: () => damaged && `${damaged.count} streams cannot be read back, ${damaged.first} among them`,
  };
}
