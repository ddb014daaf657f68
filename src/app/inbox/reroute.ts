import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { EVENT_GRID } from '../../domain/call/callback.ts';
import type { ProviderIds } from '../../domain/inbox/event-grid.ts';
import { type QuarantinedCallback, REROUTED_FOR_MS } from '../../domain/inbox/quarantine.ts';
import type { Journal } from '../ports.ts';
import type { Quarantine } from './quarantine.ts';

/** Routes events that came before their call was known by Event Grid's name for it. */
export type Reroute = {
  /** These wait from now on. */
  watch(stream: string, items: readonly Waiting[]): void;
  close(): void;
};

type RerouteDeps = {
  readonly quarantine: Pick<Quarantine, 'recent' | 'release'>;
  readonly find: (ids: ProviderIds) => Promise<string | null>;
  readonly clock: Clock;
  readonly journal: Journal;
};

type Waiting = Pick<QuarantinedCallback, 'source' | 'flaw' | 'correlationId' | 'serverCallId'> & {
  readonly id: string;
  readonly receivedAt: string;
};

/** Its times are those of the monotonic clock. */
type Place = { readonly stream: string; readonly sinceMs: number; readonly ids: ProviderIds; nextMs: number };

const EVERY_MS = 60_000;

/** Beyond that the oldest are left to operators, and to the next start. */
const MOST = 10_000;

/**
 * Looks again for the calls of events that wait, each after half the time that it has waited so far: an ACS resource that
 * others use too brings events of calls that never become known.
 */
export function startReroute({ quarantine, find, clock, journal }: RerouteDeps): Reroute {
  const places = createBoundedMap<Place>(MOST);
  let loaded = false;
  let closed = false;
  let callOff: (() => void) | null = null;

  const watch = (stream: string, { id, receivedAt, source, flaw, ...names }: Waiting): void => {
    if (source !== EVENT_GRID || flaw !== undefined || places.get(id)) return;
    const nowMs = clock.monotonicMs();
    const waitedMs = Math.max(0, clock.now() - Date.parse(receivedAt));
    const ids = { correlationId: names.correlationId ?? null, serverCallId: names.serverCallId ?? null };
    places.set(id, { stream, ids, sinceMs: nowMs - waitedMs, nextMs: nowMs });
  };

  /** What waited before this process began. */
  const load = async (): Promise<void> => {
    if (loaded) return;
    for (const { stream, item } of await quarantine.recent(new Date(clock.now() - REROUTED_FOR_MS)))
      watch(stream, item);
    loaded = true;
  };

  const route = async (id: string, place: Place): Promise<void> => {
    const nowMs = clock.monotonicMs();
    const waitedMs = nowMs - place.sinceMs;
    place.nextMs = nowMs + waitedMs / 2;
    if (waitedMs > REROUTED_FOR_MS) {
      places.delete(id);
      return;
    }
    if ((await find(place.ids)) === null) return;
    const result = await quarantine.release(id, 'server', { stream: place.stream });
    if (result !== 'call-unknown') places.delete(id);
  };

  const pass = async (): Promise<void> => {
    callOff = null;
    let code: string | null = null;
    // One that cannot be handed over, its call being set aside, must not hold up the others.
    const attempt = (task: Promise<void>) =>
      task.catch((error) => {
        code = errorCode(error);
      });
    await attempt(load());
    for (const [id, place] of places.entries()) {
      if (!closed && place.nextMs <= clock.monotonicMs()) await attempt(route(id, place));
    }
    if (code !== null) journal.warn({ code }, 'events that wait for their calls could not all be looked at');
    arm();
  };

  const arm = (): void => {
    if (closed || callOff || (loaded && places.size() === 0)) return;
    callOff = clock.after(EVERY_MS, () => void pass());
  };
  arm();

  return {
    watch(stream, items) {
      for (const item of items) watch(stream, item);
      arm();
    },
    close() {
      closed = true;
      callOff?.();
    },
  };
}
