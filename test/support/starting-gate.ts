import type { CallEventLog } from '../../src/log/port.ts';

export type StartingGate = CallEventLog & {
  /** Appends to the streams that were tried, the refused ones included. */
  tried(): number;
};

/**
 * A real log whose first appends to a kind of stream start together: each waits until `writers` have come. So all of them
 * have decided upon the same head, and one wins.
 */
export function startingGate(log: CallEventLog, writers: number, streams = /^/): StartingGate {
  let tried = 0;
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    ...log,
    tried: () => tried,
    async append(stream, head, entries) {
      if (streams.test(stream)) {
        tried += 1;
        if (tried === writers) open();
        await opened;
      }
      return log.append(stream, head, entries);
    },
  };
}
