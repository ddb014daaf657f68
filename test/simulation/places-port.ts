import { createMemoryPlaces } from '../../src/adapters/places/memory.ts';
import type { PlaceStore } from '../../src/app/ports.ts';
import type { Place, PlacesRow } from '../../src/domain/places/row.ts';
import { isDown } from './down.ts';
import { callPort, type Life } from './port-call.ts';
import type { Sim } from './sim.ts';

/** The rows that all instances of one world share, and for a checker a way to look at them without asking. */
export type SimPlaces = PlaceStore & {
  /** The earliest turn that was ever given for an attempt which holds a place now in the row of its line; null: it holds none. */
  turnOf(line: string, callSessionId: string, attempt: number): number | null;
  /** Somebody deletes all rows. */
  lose(): void;
  /** When that was last, null: never. */
  lostAtMs(): number | null;
};

/** Their time is the store's own. @param spacingMs between two turns of a line */
export function createSimPlaces(sim: Sim, spacingMs: number): SimPlaces {
  let rows = createMemoryPlaces({ monotonicMs: sim.scheduler.now });
  let lostAtMs: number | null = null;
  const earliest = new Map<string, number>();
  const newest = new Map<string, PlacesRow>();
  const turns = new Map<string, number[]>();
  const note = (line: string, row: PlacesRow): void => {
    const before = newest.get(line)?.held ?? [];
    turns.set(line, checkTurns(sim, turns.get(line) ?? [], { before, held: row.held, spacingMs }));
    for (const place of row.held) {
      if (before.some((other) => isSame(other, place))) continue;
      const key = `${place.callSessionId} ${place.attempt}`;
      earliest.set(key, Math.min(earliest.get(key) ?? place.turnMs, place.turnMs));
    }
    newest.set(line, row);
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
      if (answer !== 'conflict') note(line, row);
      return tagged(answer);
    },
    async insert(line, row) {
      const answer = await rows.insert(line, row);
      if (answer !== 'exists') note(line, row);
      return tagged(answer);
    },
    turnOf(line, callSessionId, attempt) {
      const held = newest.get(line)?.held ?? [];
      const isHeld = held.some((place) => place.callSessionId === callSessionId && place.attempt === attempt);
      return isHeld ? (earliest.get(`${callSessionId} ${attempt}`) ?? null) : null;
    },
    lose() {
      rows = createMemoryPlaces({ monotonicMs: sim.scheduler.now });
      lostAtMs = sim.scheduler.now();
      newest.clear();
      turns.clear();
    },
    lostAtMs: () => lostAtMs,
  };
}

function isSame(one: Place, other: Place): boolean {
  return isSameAttempt(one, other) && one.turnMs === other.turnMs && one.by === other.by;
}

function isSameAttempt(one: Place, other: Place): boolean {
  return one.callSessionId === other.callSessionId && one.attempt === other.attempt;
}

type Change = { readonly before: readonly Place[]; readonly held: readonly Place[]; readonly spacingMs: number };

/**
 * Whoever instance gives a turn keeps it apart from all others of the line: then no window of time has more of them than the pace
 * allows. A leg that is counted has none. One that was given up before it came is as if it had never been.
 * @returns the turns of the line
 */
function checkTurns(sim: Sim, turns: readonly number[], { before, held, spacingMs }: Change): number[] {
  const gone = before.filter((place) => place.turnMs > sim.scheduler.now() && !held.some((one) => isSame(one, place)));
  const given = turns.filter((turnMs) => !gone.some((place) => place.turnMs === turnMs)).slice(-TURNS_KEPT);
  const isLeg = (place: Place): boolean => place.isShared && !before.some((one) => isSameAttempt(one, place));
  for (const place of held) {
    if (before.some((one) => isSame(one, place)) || isLeg(place)) continue;
    const near = given.find((turnMs) => Math.abs(turnMs - place.turnMs) < spacingMs - EXACT_MS);
    if (near !== undefined)
      sim.fail('turns keep the pace', `${place.callSessionId} has one ${place.turnMs - near} ms from another`);
    given.push(place.turnMs);
  }
  return given;
}

/** Many more than are given ahead. */
const TURNS_KEPT = 100;
/** Of milliseconds since 1970 a double holds no more than a four-thousandth. */
const EXACT_MS = 0.001;

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
