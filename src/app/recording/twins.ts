import { hash } from 'node:crypto';
import type { CountEventBody } from '../../domain/call/bodies.ts';
import type { CallState } from '../../domain/call/call.ts';
import { callbackId } from '../../domain/call/decide.ts';
import type { Input } from '../../domain/call/input.ts';
import { versionsUnder } from '../../domain/call/seen.ts';
import type { Entry } from '../../domain/entries.ts';
import { type Event, eventIn } from '../../domain/inbox/event.ts';
import type { CallEventLog } from '../../log/port.ts';

type CallbackInput = Input & { readonly type: 'Callback' };

/** Compares events with what a call holds under their ids. */
export type Twins = {
  /**
   * @returns the input; when its id stands in the stream for something else, under an id of its own
   * @throws LogError
   */
  among(state: CallState | null, input: CallbackInput): CallbackInput | Promise<CallbackInput>;
  /** This event stands in the call now. */
  keep(callSessionId: string, input: CallbackInput): void;
};

type Kept = { readonly callSessionId: string; readonly source: CallbackInput['source'] };

/**
 * A sender that hears nothing repeats within seconds: what came just now need not be read again. As hashes, and half of them are
 * forgotten at once: texts, and a map that loses one for each that it gains, cost the garbage collector more than hashing does.
 */
const KEPT_MAX = 4_096;

export function createTwins(log: Pick<CallEventLog, 'read'>): Twins {
  let [young, old] = [new Map<string, Kept>(), new Map<string, Kept>()];
  return {
    among(state, input) {
      // Ids are the senders' choice: only the bytes can tell.
      const versions = state ? versionsUnder(state, callbackId(input)) : [];
      if (!state || versions.length === 0) return input;
      const sha256 = hash('sha256', input.raw);
      const last = young.get(sha256) ?? old.get(sha256);
      if (last?.callSessionId === state.callSessionId && last.source === input.source) return input;
      return amongTwins(log, state, input, { versions, sha256 });
    },
    keep(callSessionId, { raw, source }) {
      young.set(hash('sha256', raw), { callSessionId, source });
      if (young.size >= KEPT_MAX / 2) [young, old] = [new Map(), young];
    },
  };
}

/**
 * An event's identity is its source and id together (CloudEvents 1.0, section 3.1.1): two events under one id are two. And one
 * identity may be given to two bodies by mistake, or by somebody: neither is lost. What the stream holds under the id is read
 * from the bytes that were kept, so that entries of any release count.
 * @param found where its id stands in the stream, and the hash of its text
 */
async function amongTwins(
  log: Pick<CallEventLog, 'read'>,
  state: CallState,
  input: CallbackInput,
  { versions, sha256 }: { readonly versions: readonly number[]; readonly sha256: string },
): Promise<CallbackInput> {
  const entries = await log.read(state.callSessionId, Math.min(...versions));
  const twins = entries.filter(({ version }) => versions.includes(version));
  if (twins.some(({ kind, data }) => kind === 'callback' && data === input.raw)) return input;
  const event = eventIn(input.raw);
  if (twins.some((twin) => isSame(twin, event, sha256))) return input;
  const namesake = twins.find((twin) => twin.kind === 'callback' && eventIn(twin.data).source === event.source);
  const id = `${input.id}#${state.version + 1}`;
  return namesake ? { ...input, id, contradicts: { id: namesake.id, sha256 } } : { ...input, id };
}

function isSame(twin: Entry, event: Event, sha256: string): boolean {
  if (twin.type === 'CountEvent') return (JSON.parse(twin.data) as CountEventBody).sha256 === sha256;
  // Compared as data: whoever delivers it again may lay it out differently.
  if (twin.kind !== 'callback') return false;
  const { source, content } = eventIn(twin.data);
  return source === event.source && content === event.content;
}
