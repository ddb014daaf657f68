/** Only a hang is to reach it: how fast a machine is must not decide what a test finds. */
export const PATIENCE_MS = 240_000;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Asks again and again until the answer is not null, and says what was in vain.
 * @param pauseMs the longest between two questions; longer ones leave the machine to those who are waited for
 */
export async function eventually<T>(what: string, ask: () => T | null | Promise<T | null>, pauseMs = 25): Promise<T> {
  const endMs = Date.now() + PATIENCE_MS;
  for (let nextMs = 2; ; nextMs = Math.min(nextMs * 1.5, pauseMs)) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > endMs) throw new Error(`in vain waited for: ${what}`);
    await pause(nextMs);
  }
}

/** Waits for a condition, and says which one was in vain. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, pauseMs?: number): Promise<void> {
  await eventually(what, async () => ((await holds()) ? true : null), pauseMs);
}
