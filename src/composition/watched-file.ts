import { statSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';

/** How often a file is looked at, while what stands in it is asked for. */
const LOOK_MS = 1_000;

/** What stands in a file that people change under a running server. */
export type WatchedFile<Value> = {
  /** As it was a second ago at most; what was good last while the file is gone or damaged. */
  value(): Value;
  /** Why the file cannot be used, in words; null: it can. */
  trouble(): string | null;
};

type Watch<Value> = {
  readonly path: string;
  /** @throws Error whose message may be shown */
  readonly read: () => Value;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onChanged: (value: Value) => void;
  readonly onTrouble: (reason: string) => void;
};

/**
 * Reads a file now, and again whenever another stands in its place: one look at its name a second costs a request nothing.
 * @throws what `read` throws the first time
 */
export function watchFile<Value>({ path, read, clock, onChanged, onTrouble }: Watch<Value>): WatchedFile<Value> {
  let mark = markOf(path);
  let value = read();
  let trouble: string | null = null;
  let lookedMs = clock.monotonicMs();
  const look = (): void => {
    if (clock.monotonicMs() - lookedMs < LOOK_MS) return;
    lookedMs = clock.monotonicMs();
    const found = markOf(path);
    if (found === mark) return;
    mark = found;
    try {
      value = read();
      trouble = null;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
      onTrouble(trouble);
      return;
    }
    onChanged(value);
  };
  return {
    value() {
      look();
      return value;
    },
    trouble() {
      look();
      return trouble;
    },
  };
}

/** Changes with whatever is put in the file's place. */
function markOf(path: string): string {
  const { ino, mtimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return `${ino} ${mtimeMs} ${size}`;
}
