import { createMemoryPlaces } from '../../src/adapters/places/memory.ts';
import type { PlaceStore } from '../../src/app/ports.ts';
import type { PlacesRow } from '../../src/domain/places/row.ts';
import { isDown } from './down.ts';
import { callPort, type Life } from './port-call.ts';
import type { Sim } from './sim.ts';

/** The rows that all instances of one world share, and for a checker a way to look at them without asking. */
export type SimPlaces = PlaceStore & {
  /** The earliest turn that was ever given for an attempt which holds a place now; null: it holds none. */
  turnOf(callSessionId: string, attempt: number): number | null;
  /** Somebody deletes all rows. */
  lose(): void;
  /** When that was last, null: never. */
  lostAtMs(): number | null;
};

/** Their time is the store's own. */
export function createSimPlaces(sim: Sim): SimPlaces {
  let rows = createMemoryPlaces({ monotonicMs: sim.scheduler.now });
  let lostAtMs: number | null = null;
  const earliest = new Map<string, number>();
  let newest: PlacesRow | null = null;
  const note = (row: PlacesRow): void => {
    for (const place of row.held) {
      const isOld = newest?.held.some(
        ({ callSessionId, attempt, turnMs }) =>
          callSessionId === place.callSessionId && attempt === place.attempt && turnMs === place.turnMs,
      );
      if (isOld) continue;
      const key = `${place.callSessionId} ${place.attempt}`;
      earliest.set(key, Math.min(earliest.get(key) ?? place.turnMs, place.turnMs));
    }
    newest = row;
  };
  // A row that was made anew has none of the tags of the one before.
  const tagged = <T>(answer: T): T =>
    typeof answer === 'object' && answer !== null && 'etag' in answer
      ? { ...answer, etag: `${lostAtMs}/${String(answer.etag)}` }
      : answer;
  return {
    isShared: true,
    // More than are ever wanted here.
    heldMax: 1_000,
    now: () => Math.floor(sim.scheduler.now()),
    read: async (line) => tagged(await rows.read(line)),
    async write(line, row, etag) {
      const [loss, tag] = etag.split('/');
      if (loss !== String(lostAtMs)) return 'conflict';
      const answer = await rows.write(line, row, tag ?? '');
      if (answer !== 'conflict') note(row);
      return tagged(answer);
    },
    async insert(line, row) {
      const answer = await rows.insert(line, row);
      if (answer !== 'exists') note(row);
      return tagged(answer);
    },
    turnOf(callSessionId, attempt) {
      const isHeld = newest?.held.some((place) => place.callSessionId === callSessionId && place.attempt === attempt);
      return isHeld ? (earliest.get(`${callSessionId} ${attempt}`) ?? null) : null;
    },
    lose() {
      rows = createMemoryPlaces({ monotonicMs: sim.scheduler.now });
      lostAtMs = sim.scheduler.now();
      newest = null;
    },
    lostAtMs: () => lostAtMs,
  };
}

/** The rows as one life of an instance reaches them: over a network that loses requests and answers, and is away for minutes. */
export function placesPort(sim: Sim, life: Life, places: PlaceStore): PlaceStore {
  const call = <T>(what: string, effect: () => Promise<T>) =>
    callPort(sim, life, `places.${what}`, async () => {
      const { placesDown, placesLostBefore, placesLostAfter } = sim.faults;
      const away = isDown(sim, 'places-down', placesDown);
      const [before, after] = [
        sim.hit('places-lost-before', placesLostBefore),
        sim.hit('places-lost-after', placesLostAfter),
      ];
      if (away || before) return LOST;
      const answer = await effect();
      return after ? LOST : answer;
    });
  return {
    ...places,
    read: (line) => call('read', () => places.read(line)),
    write: (line, row, etag) =>
      call('write', async () => {
        const answer = await places.write(line, row, etag);
        sim.trace(life.name, `row ${told(row)} -> ${answer === 'conflict' ? answer : 'ok'}`);
        return answer;
      }),
    insert: (line, row) => call('insert', () => places.insert(line, row)),
  };
}

function told({ held, waiting }: PlacesRow): string {
  const names = held.map(({ callSessionId, attempt }) => `${callSessionId}#${attempt}`);
  return `[${names.join(' ')}] next [${waiting.map(({ callSessionId }) => callSessionId).join(' ')}]`;
}

const LOST = { lost: 'PLACES_UNAVAILABLE' } as const;
