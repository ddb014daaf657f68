import { batchName } from './batch.ts';
import type { CheckpointStore } from './ports.ts';

/** A batch has up to 16 MiB, most have some kilobytes. */
const AHEAD_MAX = 8;

/**
 * Reads slots before they are asked for, the more of them the more were there: a tree of years has a hundred thousand, and each
 * may take ten milliseconds to come.
 */
export function readingAhead(store: Pick<CheckpointStore, 'read'>, firstSlot: number): Pick<CheckpointStore, 'read'> {
  const asked = new Map<string, Promise<Buffer | null>>();
  let slot = firstSlot;
  let ahead = 0;
  const ask = (name: string): Promise<Buffer | null> => {
    const known = asked.get(name);
    if (known) return known;
    const reading = store.read(name);
    // It fails when it is asked for, or never is.
    reading.catch(() => {});
    asked.set(name, reading);
    return reading;
  };
  return {
    async read(name) {
      const reading = ask(name);
      for (let further = 1; further <= ahead; further += 1) void ask(batchName(slot + further));
      const bytes = await reading;
      asked.delete(name);
      if (bytes) ahead = Math.min(AHEAD_MAX, ahead * 2 + 1);
      slot += 1;
      return bytes;
    },
  };
}
