import type { CloudEvent } from './cloud-event.ts';

/** The events of one call on their way out. */
export type CallbackLine = {
  /** Settles when the latest event that keeps its place has been tried once. */
  tail: Promise<void>;
  /** Told when the next event of the call has been tried. */
  waiting: (() => void)[];
  /** An event that waits for a second one to share an array with. */
  held: { readonly event: CloudEvent; readonly uri: string; readonly release: () => void } | undefined;
};

/** An idle line. */
export function createCallbackLine(): CallbackLine {
  return { tail: Promise.resolve(), waiting: [], held: undefined };
}

/** Resolves when the next event of the call has been tried once. */
export function nextTry(line: CallbackLine): Promise<void> {
  return new Promise((resolve) => line.waiting.push(resolve));
}

/** Tells those who wait that an event has been tried. */
export function announceTry(line: CallbackLine): void {
  for (const wake of line.waiting.splice(0)) wake();
}
