import type { MediaHost, MediaOperation, MediaOutcome } from './operations.ts';

/** Time until the service notices that it cannot get the audio. */
const FAILURE_MS = 500;

/**
 * Plays an operation's sources one after the other, round and round when `loop`.
 *
 * @param done called once, with the failure that ended it or nothing
 * @returns stops the playing; `done` is not called then
 */
export function runPrompts(
  host: MediaHost,
  operation: MediaOperation,
  loop: boolean,
  done: (failure?: MediaOutcome) => void,
): () => void {
  let cancel = () => {};
  const playFrom = (sourceIndex: number): void => {
    const source = operation.sources[sourceIndex];
    if (source === undefined) {
      if (loop) playFrom(0);
      else done();
      return;
    }
    const result = host.promptFailure(operation, sourceIndex);
    if (result !== undefined) {
      cancel = host.after(FAILURE_MS, () => done({ kind: 'prompt-failed', sourceIndex, result }));
      return;
    }
    cancel = host.after(host.say(source), () => playFrom(sourceIndex + 1));
  };
  playFrom(0);
  return () => cancel();
}
