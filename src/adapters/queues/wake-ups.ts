import type { WakeUp, WakeUps } from '../../app/ports.ts';
import type { Queue } from './client.ts';

/** As many as the service gives at once. */
const BATCH = 32;

/** How long a message is nobody else's: far longer than a visit takes. */
const VISIT_MS = 60_000;

/** Wake-up messages on a queue; `poison` takes those that nobody can do anything with. */
export function createWakeUps(queue: Queue, poison: Queue, visitMs = VISIT_MS): WakeUps {
  return {
    send: (callSessionId, delayMs) => queue.send(textOf(callSessionId, 0), delayMs, true),
    async receive() {
      return (await queue.receive(BATCH, visitMs)).map((message) => ({ ...message, ...read(message.text) }));
    },
    // Gone means that the visit took too long and somebody else has been sent on it: that one puts it off.
    hide(wakeUp, delayMs, visits) {
      const text = wakeUp.callSessionId === null ? wakeUp.text : textOf(wakeUp.callSessionId, visits);
      return queue.update(wakeUp, delayMs, text);
    },
    putOff: (handle, delayMs) => queue.update(handle, delayMs),
    remove: (handle) => queue.remove(handle),
    async setAside(wakeUp) {
      await poison.send(wakeUp.text, 0, false);
      await queue.remove(wakeUp);
    },
  };
}

/** An id and a number: what a call is about stays in the log. */
function textOf(call: string, visits: number): string {
  return JSON.stringify({ v: 1, call, visits });
}

function read(text: string): Pick<WakeUp, 'callSessionId' | 'visits'> {
  const body = parse(text);
  const { v, call, visits } = body;
  const isOurs = v === 1 && typeof call === 'string' && /^[0-9a-f-]{36}$/.test(call);
  if (!isOurs || !Number.isSafeInteger(visits)) return { callSessionId: null, visits: 0 };
  return { callSessionId: call, visits: visits as number };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}
