import { EMPTY_HEAD, type NewEntry } from '../domain/entries.ts';
import {
  isQuarantineStream,
  type QuarantinedCallback,
  type QuarantineEnd,
  type QuarantineItem,
  quarantineId,
  quarantineStream,
  waitingIn,
} from '../domain/quarantine.ts';
import { type CallEventLog, LogError } from '../log/port.ts';
import type { CallbackResult, ReceivedCallback, ReleaseResult } from './api.ts';
import type { Clock, Ids } from './ports.ts';

export type Quarantine = {
  /** Keeps callbacks of a call that the log does not know. Durable when it resolves. */
  keep(callSessionId: string, callbacks: readonly ReceivedCallback[]): Promise<void>;
  list(): Promise<readonly QuarantineItem[]>;
  /** Hands a callback to its call, if the log knows it by now. */
  release(id: string, actor: string): Promise<ReleaseResult>;
  /** Decides that a callback will never be handed to a call; it stays in the log. */
  discard(id: string, actor: string, reason: string): Promise<boolean>;
  /** How many were kept since the start of this process. */
  kept(): number;
};

export type QuarantineDeps = {
  readonly log: CallEventLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly record: (callSessionId: string, callbacks: readonly ReceivedCallback[]) => Promise<CallbackResult>;
};

const RIVALS_MAX = 50;

/**
 * Where callbacks wait whose sender is genuine (token and secret hold) but whose call is not in the log, as after a log
 * was restored from a backup: acknowledged, because sending them again would change nothing, and kept for an operator.
 */
export function createQuarantine({ log, clock, ids, record }: QuarantineDeps): Quarantine {
  let kept = 0;

  const append = async (stream: string, entry: NewEntry): Promise<void> => {
    for (let rivals = 0; rivals < RIVALS_MAX; rivals += 1) {
      const entries = await log.read(stream);
      if (entries.some((known) => known.id === entry.id)) return;
      const { version, hash } = entries.at(-1) ?? EMPTY_HEAD;
      const result = await log.append(stream, { version, hash }, [entry]);
      if (!('conflict' in result)) return;
    }
    throw new LogError('UNAVAILABLE', 'the quarantine is contended');
  };

  const find = async (id: string) => {
    for await (const stream of log.registered()) {
      if (!isQuarantineStream(stream)) continue;
      const item = waitingIn(await log.read(stream)).find((candidate) => candidate.id === id);
      if (item) return { stream, item };
    }
    return null;
  };

  const end = (stream: string, actor: string, body: QuarantineEnd): Promise<void> => {
    const at = new Date(clock.now()).toISOString();
    const data = JSON.stringify(body);
    return append(stream, {
      kind: 'command',
      type: 'EndQuarantine',
      id: ids.uuid(),
      at,
      actor,
      cause: body.item,
      data,
    });
  };

  return {
    async keep(callSessionId, callbacks) {
      const now = new Date(clock.now());
      const at = now.toISOString();
      const stream = quarantineStream(at);
      await log.register(stream, now);
      for (const { id: eventId, type: eventType, raw } of callbacks) {
        const body: QuarantinedCallback = { callSessionId, eventId, eventType, raw };
        const entry = { kind: 'callback', type: 'QuarantineCallback', at, actor: 'acs', cause: null } as const;
        await append(stream, { ...entry, id: quarantineId(body), data: JSON.stringify(body) });
        kept += 1;
      }
    },
    async list() {
      const items: QuarantineItem[] = [];
      for await (const stream of log.registered()) {
        if (!isQuarantineStream(stream)) continue;
        for (const { raw: _raw, ...item } of waitingIn(await log.read(stream))) items.push(item);
      }
      return items;
    },
    async release(id, actor) {
      const found = await find(id);
      if (!found) return 'not-found';
      const { callSessionId, eventId, eventType, raw } = found.item;
      const event: { data: Readonly<Record<string, unknown>> } = JSON.parse(raw);
      const result = await record(callSessionId, [{ id: eventId, type: eventType, data: event.data, raw }]);
      if (result === 'unknown-call') return 'call-unknown';
      await end(found.stream, actor, { item: id, how: 'released' });
      return 'released';
    },
    async discard(id, actor, reason) {
      const found = await find(id);
      if (found) await end(found.stream, actor, { item: id, how: 'discarded', reason });
      return found !== null;
    },
    kept: () => kept,
  };
}
