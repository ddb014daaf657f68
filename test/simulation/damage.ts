import { type ReadStore, ReadStoreError } from '../../projections/ports.ts';
import { isCallStream } from '../../src/domain/streams.ts';
import { type CallEventLog, LogError } from '../../src/log/port.ts';
import type { MemoryLog } from './memory-log.ts';
import type { Sim } from './sim.ts';

/** Bytes that have flipped, in what is kept. */
export type Damage = {
  /** By call: the entry that cannot be read as it was written. */
  readonly entries: Map<string, DamagedEntry>;
  /** Calls whose row cannot be read, until it is written anew. */
  readonly rows: Set<string>;
};

type DamagedEntry = { readonly version: number; readonly how: 'unreadable' | 'broken' };

export function createDamage(): Damage {
  return { entries: new Map(), rows: new Set() };
}

/** The log as whoever reads it finds it. Appends go on: a store looks at the head alone. */
export function damagedLog({ entries: damaged }: Damage, log: CallEventLog): CallEventLog {
  return {
    read: async (stream, from = 1) => {
      const entries = await log.read(stream, from);
      const hurt = damaged.get(stream);
      if (!entries.some(({ version }) => version === hurt?.version)) return entries;
      if (hurt?.how === 'unreadable')
        throw new LogError('LOG_CORRUPT', `an entry of ${stream} is damaged`, { version: hurt.version });
      return entries.map((entry) =>
        entry.version === hurt?.version ? { ...entry, data: entry.data.slice(0, -1) } : entry,
      );
    },
    append: (stream, head, entries) => log.append(stream, head, entries),
    register: (stream, at) => log.register(stream, at),
    registered: (since) => log.registered(since),
    probe: (stream) => log.probe(stream),
    close: () => log.close(),
  };
}

/** The read models as whoever asks finds them: a query that comes upon a damaged row fails as a whole. */
export function damagedRows({ rows }: Damage, store: ReadStore): ReadStore {
  const unless = (isMet: boolean): void => {
    if (isMet) throw new ReadStoreError('READ_STORE_CORRUPT', 'a row is damaged');
  };
  const found = <T>(answer: T, callSessionId: string | undefined | null): T => {
    unless(rows.has(callSessionId ?? ''));
    return answer;
  };
  const all = async <T>(ask: () => Promise<T>): Promise<T> => {
    unless(rows.size > 0);
    return ask();
  };
  return {
    ...store,
    async bySession(id) {
      return found(await store.bySession(id), id);
    },
    async byConnection(id) {
      const answer = await store.byConnection(id);
      return found(answer, answer?.session.callSessionId);
    },
    async byAnyId(id, folded) {
      const answer = await store.byAnyId(id, folded);
      return found(answer, answer?.session.callSessionId ?? folded);
    },
    async byProviderIds(ids) {
      const answer = await store.byProviderIds(ids);
      return found(answer, answer);
    },
    async versions(ids) {
      unless(ids.some((id) => rows.has(id)));
      return store.versions(ids);
    },
    list: (page) => all(() => store.list(page)),
    open: () => all(() => store.open()),
    newestUpdate: () => all(() => store.newestUpdate()),
    async write(calls) {
      await store.write(calls);
      for (const { session } of calls) rows.delete(session.callSessionId);
    },
    async rebuild(calls) {
      const report = await store.rebuild(calls);
      rows.clear();
      return report;
    },
  };
}

export type DamageParts = {
  readonly sim: Sim;
  readonly log: MemoryLog;
  readonly readStore: ReadStore;
  readonly damage: Damage;
};

const LOOK_AGAIN_MS = 15_000;

/** Lets bytes flip while the work is done: in one or two entries, in a row or two, or in so much that all rows are gone. */
export function scheduleDamage(parts: DamageParts, workMs: number): void {
  const { sim } = parts;
  const endMs = sim.scheduler.now() + workMs;
  const at = (concern: string, strike: () => boolean): void => {
    const attempt = (): void => {
      if (!strike() && sim.scheduler.now() + LOOK_AGAIN_MS < endMs) sim.scheduler.after(LOOK_AGAIN_MS, attempt);
    };
    sim.scheduler.after(sim.between(concern, 0, workMs), attempt);
  };
  for (let left = Math.floor(sim.between('damaged-entries', 0, 3)); left > 0; left -= 1)
    at('entry-damaged-at', () => damageEntry(parts));
  for (let left = Math.floor(sim.between('damaged-rows', 0, 3)); left > 0; left -= 1)
    at('row-damaged-at', () => damageRow(parts));
  if (sim.hit('rows-gone', 0.5)) sim.scheduler.after(sim.between('rows-gone-at', 0, workMs), () => void empty(parts));
}

/** @returns false when there is no call to damage */
function damageEntry({ sim, log, damage }: DamageParts): boolean {
  const stream = sim.pick('damaged-call', callsIn(log, damage.entries));
  if (stream === undefined) return false;
  const version = 1 + Math.floor(sim.between('damaged-version', 0, log.peek(stream).length));
  const how = sim.hit('damage-unreadable', 0.5) ? 'unreadable' : 'broken';
  damage.entries.set(stream, { version, how });
  sim.trace('world', `a byte of entry ${version} of ${stream} flips: it is ${how}`);
  return true;
}

function damageRow({ sim, log, damage }: DamageParts): boolean {
  const stream = sim.pick('damaged-row', callsIn(log, damage.rows));
  if (stream === undefined) return false;
  damage.rows.add(stream);
  sim.trace('world', `a byte in the row of ${stream} flips`);
  return true;
}

function callsIn(log: MemoryLog, but: { has(stream: string): boolean }): string[] {
  return log.streams().filter((stream) => isCallStream(stream) && !but.has(stream));
}

/** As when their file was lost and another has begun. */
async function empty({ sim, readStore, damage }: DamageParts): Promise<void> {
  sim.trace('world', 'the read models are emptied');
  damage.rows.clear();
  await readStore.rebuild(nothing());
}

async function* nothing(): AsyncIterable<never> {
  yield* [];
}
