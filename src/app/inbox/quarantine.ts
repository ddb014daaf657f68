import type { Clock } from '../../base/clock.ts';
import { ACS } from '../../domain/call/provider.ts';
import type { NewEntry } from '../../domain/entries.ts';
import {
  itemIn,
  type QuarantinedCallback,
  type QuarantineEnd,
  type QuarantineItem,
  quarantineId,
  type WaitingCallback,
  waitingIn,
} from '../../domain/inbox/quarantine.ts';
import { isQuarantineStream, quarantineStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { SideStreams } from '../../log/side-streams.ts';
import type { CallbackResult, ReceivedCallback, ReleaseResult } from '../api.ts';

export type Quarantine = {
  /** Keeps events that no call could be given. Durable when it resolves, with those that had not been there and where they are. */
  keep(callbacks: readonly QuarantinedCallback[]): Promise<readonly QuarantinePlace[]>;
  list(): Promise<readonly QuarantineItem[]>;
  /** What waits in the streams of the days from `since` to now, and of tomorrow: the clock may have been set back. */
  recent(since: Date): Promise<readonly QuarantinePlace[]>;
  /**
   * Hands a callback to its call, if it is known by now. Again after a success it does nothing more: the call knows the
   * event, and its end is recorded once.
   * @param stream where it is; absent: it is looked for in all of them
   */
  release(id: string, actor: string, stream?: string): Promise<ReleaseResult>;
  /** Decides that a callback will never be handed to a call; it stays in the log. */
  discard(id: string, actor: string, reason: string): Promise<boolean>;
  /** How many were kept since the start of this process. */
  kept(): number;
};

export type QuarantinePlace = { readonly stream: string; readonly item: QuarantineItem };

type QuarantineDeps = {
  readonly log: CallEventLog;
  readonly streams: SideStreams;
  readonly clock: Clock;
  /** Records an event that waited, in the call that it is about. */
  readonly hand: (item: QuarantineItem, event: ReceivedCallback) => Promise<CallbackResult>;
};

const DAY_MS = 86_400_000;

/**
 * Where callbacks wait whose sender is genuine but whose call is not known: not in the log, as after a log was restored
 * from a backup, or not yet known by the name that Event Grid has for it. Acknowledged, because sending them again would
 * change nothing, and kept for an operator.
 */
export function createQuarantine({ log, streams, clock, hand }: QuarantineDeps): Quarantine {
  let kept = 0;

  const waiting = async (stream: string): Promise<readonly WaitingCallback[]> => waitingIn(await log.read(stream));

  const findIn = async (stream: string, id: string) => {
    const item = (await waiting(stream)).find((candidate) => candidate.id === id);
    return item ? { stream, item } : null;
  };

  const find = async (id: string) => {
    for await (const stream of log.registered()) {
      const found = isQuarantineStream(stream) ? await findIn(stream, id) : null;
      if (found) return found;
    }
    return null;
  };

  const end = async (stream: string, actor: string, body: QuarantineEnd): Promise<void> => {
    const at = new Date(clock.now()).toISOString();
    const common = { kind: 'command', type: 'EndQuarantine', at, actor, cause: body.item } as const;
    // Named by its item: whoever ends it second has ended nothing.
    await streams.add(stream, [{ ...common, id: `${body.item}/end`, data: JSON.stringify(body) }]);
  };

  return {
    async keep(callbacks) {
      const now = new Date(clock.now());
      const stream = quarantineStream(now.toISOString());
      const entries = callbacks.map((callback) => quarantined(callback, now.toISOString()));
      const added = await streams.add(stream, entries, now);
      kept += added.length;
      return added.map((entry) => ({ stream, item: shown(itemIn(entry)) }));
    },
    async list() {
      const items: QuarantineItem[] = [];
      for await (const stream of log.registered()) {
        if (isQuarantineStream(stream)) items.push(...(await waiting(stream)).map(shown));
      }
      return items;
    },
    async recent(since) {
      const places: QuarantinePlace[] = [];
      const last = quarantineStream(new Date(clock.now() + DAY_MS).toISOString());
      for (let atMs = since.getTime(); ; atMs += DAY_MS) {
        const stream = quarantineStream(new Date(atMs).toISOString());
        places.push(...(await waiting(stream)).map((item) => ({ stream, item: shown(item) })));
        if (stream >= last) return places;
      }
    },
    async release(id, actor, stream) {
      const found = await (stream === undefined ? find(id) : findIn(stream, id));
      if (!found) return 'not-found';
      const { flaw, eventId, eventType, raw } = found.item;
      if (flaw !== undefined) return 'call-unknown';
      const event: Pick<ReceivedCallback, 'data'> = JSON.parse(raw);
      const result = await hand(found.item, { id: eventId, type: eventType, data: event.data, raw });
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

/** The entry that keeps a callback. */
export function quarantined(callback: QuarantinedCallback, at: string): NewEntry {
  const common = { kind: 'callback', type: 'QuarantineCallback', at, cause: null } as const;
  const id = quarantineId(callback);
  return { ...common, id, actor: callback.source ?? ACS, data: JSON.stringify(callback) };
}

function shown({ raw: _raw, ...item }: WaitingCallback): QuarantineItem {
  return item;
}
