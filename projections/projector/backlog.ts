import type { CallState } from '../../src/domain/call/call.ts';

type Entry = {
  state: CallState;
  sinceMs: number;
  failuresAlone: number;
  /** Another batch was taken after one with this call had failed: so the store works, and it may be this call. */
  outlived: boolean;
  /** Whether it was set aside. */
  isAside: boolean;
  /** When to try again, once it was set aside; infinite: when there is something new of it. */
  dueMs: number;
};

/** The calls with a change that is not written: the newest state of each, and since when its oldest change waits. */
export type Backlog = {
  readonly waiting: Map<string, Entry>;
  /** Calls that the store refuses while it takes others: tried one by one, now and then, keeping nobody waiting. */
  readonly aside: Map<string, Entry>;
  /** Calls that have failed since the last write that did not. */
  readonly suspects: Set<string>;
  writing: ReadonlyMap<string, Entry>;
  /** How long to leave a call alone that has failed so many times. */
  readonly delayMs: (failures: number) => number;
};

/** What to write next; ends with `written` or `failed`. */
type Batch = { readonly states: readonly CallState[]; readonly wasAside: boolean };

/** An empty backlog. */
export function emptyBacklog(delayMs: (failures: number) => number): Backlog {
  return { waiting: new Map(), aside: new Map(), suspects: new Set(), writing: new Map(), delayMs };
}

/** Takes note of a state, unless a later one is known. */
export function add(backlog: Backlog, state: CallState, nowMs: number): void {
  const id = state.callSessionId;
  const known = backlog.waiting.get(id) ?? backlog.aside.get(id);
  if (known) {
    if (state.version <= known.state.version) return;
    known.state = state;
    if (known.dueMs === Number.POSITIVE_INFINITY) known.dueMs = nowMs;
    return;
  }
  const underWay = backlog.writing.get(id);
  if (underWay && underWay.state.version >= state.version) return;
  backlog.waiting.set(id, { state, sinceMs: nowMs, failuresAlone: 0, outlived: false, isAside: false, dueMs: 0 });
}

/** Takes the calls that have waited longest, or else one that was set aside and is due. */
export function take(backlog: Backlog, count: number, nowMs: number): Batch {
  const { waiting, aside } = backlog;
  const wasAside = waiting.size === 0;
  const taken = new Map<string, Entry>();
  for (const [id, entry] of wasAside ? aside : waiting) {
    if (taken.size >= (wasAside ? 1 : count)) break;
    if (wasAside && entry.dueMs > nowMs) continue;
    taken.set(id, entry);
  }
  for (const id of taken.keys()) (wasAside ? aside : waiting).delete(id);
  backlog.writing = taken;
  return { states: Array.from(taken.values(), (entry) => entry.state), wasAside };
}

/** The batch is in the store, so the store works: whoever failed alone before is set aside. */
export function written(backlog: Backlog, nowMs: number): void {
  backlog.writing = new Map();
  for (const id of backlog.suspects) {
    const entry = backlog.waiting.get(id);
    if (!entry) continue;
    entry.outlived = true;
    if (entry.failuresAlone > 0) setAside(backlog, id, entry, nowMs);
  }
  backlog.suspects.clear();
}

/**
 * The batch is not known to be in the store: its calls wait again, behind the others.
 * @returns whether the store may be down, and not just this one call be refused.
 */
export function failed(backlog: Backlog, { wasAside }: Batch, nowMs: number): boolean {
  const alone = backlog.writing.size === 1;
  let storeMayBeDown = false;
  for (const [id, entry] of backlog.writing) {
    if (alone) entry.failuresAlone += 1;
    const newer = backlog.waiting.get(id);
    if (newer) entry.state = newer.state;
    backlog.waiting.delete(id);
    backlog.waiting.set(id, entry);
    backlog.suspects.add(id);
    if (alone && (wasAside || entry.outlived)) setAside(backlog, id, entry, nowMs);
    else storeMayBeDown = true;
  }
  backlog.writing = new Map();
  return storeMayBeDown;
}

/** No rows can be made of these calls: they are set aside until there is something new of them. */
export function refused(backlog: Backlog, states: readonly CallState[]): void {
  const writing = new Map(backlog.writing);
  for (const { callSessionId: id } of states) {
    const entry = writing.get(id);
    writing.delete(id);
    if (!entry || backlog.waiting.has(id)) continue;
    entry.isAside = true;
    entry.dueMs = Number.POSITIVE_INFINITY;
    backlog.aside.set(id, entry);
  }
  backlog.writing = writing;
}

/** When the first call that was set aside is due; null when there is none. */
export function asideDueMs({ aside }: Backlog): number | null {
  let firstMs: number | null = null;
  for (const { dueMs } of aside.values()) firstMs = Math.min(firstMs ?? dueMs, dueMs);
  return firstMs === Number.POSITIVE_INFINITY ? null : firstMs;
}

/** The calls that were set aside, also while one of them is being tried. */
export function asideIds({ aside, writing }: Backlog): string[] {
  const tried = [...writing].filter(([, entry]) => entry.isAside).map(([id]) => id);
  return [...aside.keys(), ...tried];
}

/** How many calls have a change that is not written. */
export function size({ waiting, aside, writing }: Backlog): number {
  let count = waiting.size + aside.size;
  for (const id of writing.keys()) if (!waiting.has(id)) count += 1;
  return count;
}

/** Age of the oldest change that is not written, but for calls that were set aside: the others are not behind for them. */
export function oldestAgeMs({ waiting, writing }: Backlog, nowMs: number): number {
  let oldestMs = nowMs;
  for (const entries of [waiting, writing]) {
    for (const { sinceMs, isAside } of entries.values()) if (!isAside) oldestMs = Math.min(oldestMs, sinceMs);
  }
  return nowMs - oldestMs;
}

function setAside({ waiting, aside, suspects, delayMs }: Backlog, id: string, entry: Entry, nowMs: number): void {
  waiting.delete(id);
  suspects.delete(id);
  entry.isAside = true;
  entry.dueMs = nowMs + delayMs(entry.failuresAlone);
  aside.set(id, entry);
}
