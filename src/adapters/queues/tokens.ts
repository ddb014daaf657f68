import type { Queue, Receipt } from './client.ts';

/** A number of tokens that all instances share: each is a message, and whoever has been given it has the token. */
export type Tokens = {
  /**
   * Takes a token for a time; it comes back by itself.
   * @returns null when none is free
   * @throws QueueError
   */
  take(hiddenMs: number): Promise<Receipt | null>;
};

/**
 * Keeps the number right by itself, whoever began with it, and however many did at once: who finds too few adds what is
 * missing, who was given one while there are too many deletes it. As the messages are counted after the token was taken,
 * and those in other hands are counted too, no more than `most` are ever in use: the last to take one of too many sees
 * that it is. For a moment there may be fewer. The service's count may be too high for a while, never too low, which
 * errs to the same side.
 */
export function createTokens(queue: Queue, most: number): Tokens {
  const add = async (missing: number): Promise<void> => {
    const together = Math.min(missing, ADDED_TOGETHER);
    await Promise.all(Array.from({ length: together }, () => queue.send(TEXT, 0, false)));
  };

  const take = async (hiddenMs: number, again: boolean): Promise<Receipt | null> => {
    const [token] = await queue.receive(1, hiddenMs);
    const count = await queue.count();
    if (count < most) await add(most - count);
    if (!token) return count < most && again ? take(hiddenMs, false) : null;
    if (count <= most) return token;
    await queue.remove(token);
    return null;
  };

  return { take: (hiddenMs) => take(hiddenMs, true) };
}

const TEXT = JSON.stringify({ v: 1 });

/** The rest is added by whoever takes the next. */
const ADDED_TOGETHER = 32;
