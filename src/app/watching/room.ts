import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { RoomStatus } from '../api.ts';
import type { Journal, LogDisk } from '../ports.ts';

/** Keeps an eye on how much the log can still grow. */
export type RoomWatch = {
  /** @param onChange told when room has become short, and when it is there again */
  start(onChange: () => void): void;
  status(): RoomStatus;
  /** Asks the disk. True, too, when it cannot be asked: then the next append tells. */
  hasRoom(): Promise<boolean>;
  close(): void;
};

/** A busy server writes some megabytes meanwhile, hundreds of which are kept free. */
const EVERY_MS = 5_000;

/**
 * Looks at the disk now and then, not at every request. Below the reserve no new call is begun: what is left is for the calls
 * that are up, to their end.
 * @param disk null where the log does not grow on one
 */
export function createRoomWatch(
  disk: LogDisk | null,
  { clock, journal }: { readonly clock: Clock; readonly journal: Journal },
): RoomWatch {
  let free: number | null = null;
  let changed = (): void => {};
  let closed = false;
  let callOff = (): void => {};
  const isShort = (): boolean => disk !== null && free !== null && free < disk.reserveBytes;

  const tell = (reserve: number): void => {
    if (isShort()) journal.error({ free, reserve }, 'the disk is nearly full: no new calls are taken');
    else journal.info({ free, reserve }, 'there is room on the disk again');
    changed();
  };

  const ask = async (): Promise<boolean> => {
    if (!disk) return true;
    const before = isShort();
    free = await disk.freeBytes().catch((error: unknown) => {
      journal.warn({ code: errorCode(error) }, 'how much of the disk is free cannot be told');
      return null;
    });
    if (isShort() !== before) tell(disk.reserveBytes);
    return !isShort();
  };

  const round = async (): Promise<void> => {
    await ask();
    if (!closed) callOff = clock.after(EVERY_MS, () => void round());
  };

  return {
    start(onChange) {
      changed = onChange;
      if (disk) void round();
    },
    hasRoom: ask,
    status: () => ({ isShort: isShort(), freeBytes: free }),
    close() {
      closed = true;
      callOff();
    },
  };
}
