import type { PlacesRow, Waiting } from '../../../src/domain/places/row.ts';
import { EMPTY_ROW } from '../../../src/domain/places/row.ts';
import type { Standing } from '../../../src/domain/places/standing.ts';
import { step, type View } from '../../../src/domain/places/step.ts';
import { type Random, randomFor, wholeBelow } from '../../../src/simulator/faults/prng.ts';

/**
 * Instances, a row, a log and a provider, with everything between them that can be late, be lost or come in another order, and
 * nothing of how the application is built. Who does what next is drawn. What must hold is looked at after every step.
 */
export type ModelOptions = {
  readonly seed: number;
  readonly steps: number;
  readonly instances?: number;
  readonly calls?: number;
  /** N. */
  readonly most?: number;
  /** Chance of a crash, and of a lost answer, at each point where there can be one. */
  readonly crash?: number;
  readonly loss?: number;
  /** Mistakes, to see that they are found. */
  readonly step?: typeof step;
  readonly ignoresTags?: boolean;
  readonly dialsUnconfirmed?: boolean;
  readonly forgetsUnanswered?: boolean;
  readonly freesClosed?: boolean;
  readonly forgetsDoubt?: boolean;
};

type Mistakes = 'ignoresTags' | 'dialsUnconfirmed' | 'forgetsUnanswered' | 'freesClosed' | 'forgetsDoubt';

/** What was broken, in words; null: nothing. */
export type Verdict = string | null;

type Log = {
  version: number;
  dials: number;
  at: 'waiting' | 'placing' | 'refused' | 'up' | 'ended';
  /** A request under this id has no answer. */
  uncertain: boolean;
  /** Closed by us, and a leg may yet come of it. */
  untold: boolean;
};
type Call = { readonly id: string; log: Log; leg: 'none' | 'up' | 'over'; deadline: number };
type Write = { readonly row: PlacesRow; readonly etag: number };
type Append = { readonly call: Call; readonly version: number; readonly attempt: number };
type Instance = {
  me: string;
  stored: Write | null;
  known: Map<string, Standing & { version: number; isPlacing: boolean }>;
  /** Sent, and not answered yet; many may be on their way of earlier lives. */
  write: Write | null;
  turns: Map<string, { attempt: number; turnMs: number }>;
  had: Set<string>;
  appends: Append[];
  /** Calls whose append may be carried out yet. */
  doubtful: Set<string>;
};

type World = {
  readonly random: Random;
  readonly options: Required<Omit<ModelOptions, 'step' | Mistakes>> & ModelOptions;
  row: PlacesRow;
  etag: number;
  readonly calls: Call[];
  readonly instances: Instance[];
  /** Requests to the provider on their way. */
  requests: { readonly call: Call; readonly attempt: number; readonly from: Instance; readonly me: string }[];
  /** Writes that nobody waits for any more. */
  late: Write[];
  lateAppends: Append[];
  lives: number;
  readonly rounds: number;
  broken: Verdict;
};

const ATTEMPTS_MAX = 2;
/** Of all steps, so many are a whole round of one instance, in every other world: what lies deep is reached sooner. */
const ROUNDS = 0.3;

/** Plays random steps; every so often it is looked whether, without further faults, everything comes to its end. */
export function explore(options: ModelOptions): Verdict {
  const random = randomFor(options.seed, 'places-model');
  const full = { instances: 2, calls: 3, most: 1, crash: 0.03, loss: 0.2, ...options };
  let left = full.steps;
  while (left > 0) {
    const world = createWorld(random, full);
    const length = 20 + wholeBelow(random, 180);
    for (let count = 0; count < length && !world.broken && !isOver(world); count += 1)
      act(world, full.loss, full.crash);
    left -= length;
    // One of them lives on, and nothing goes wrong any more.
    const living = world.instances[wholeBelow(random, world.instances.length)]!;
    for (const instance of world.instances) if (instance !== living) crash(world, instance);
    let patience = 600;
    while (!world.broken && patience > 0 && !(isOver(world) && given(world))) {
      goOn(world, living);
      patience -= 1;
    }
    if (!world.broken && patience === 0)
      world.broken = `something is left for ever: ${JSON.stringify(world.row)} ${JSON.stringify(world.calls.map(({ log, leg }) => [log, leg]))}`;
    if (world.broken) return world.broken;
  }
  return null;
}

function isOver({ calls }: World): boolean {
  return calls.every(({ log }) => log.at === 'ended' && !log.untold);
}

/** Every place is given back, or is the dead's and would be looked at if somebody waited. */
function given({ row, calls }: World): boolean {
  const hasEnded = (id: string): boolean => calls.find((call) => call.id === id)?.log.at === 'ended';
  return row.held.every(({ callSessionId }) => hasEnded(callSessionId));
}

function createWorld(random: Random, options: World['options']): World {
  const calls = Array.from(
    { length: options.calls },
    (_, index): Call => ({
      id: `call-${index}`,
      log: { version: 1, dials: 0, at: 'waiting', uncertain: false, untold: false },
      leg: 'none',
      deadline: -1,
    }),
  );
  const world: World = {
    random,
    options,
    row: EMPTY_ROW,
    etag: 1,
    calls,
    instances: [],
    requests: [],
    late: [],
    lateAppends: [],
    lives: 0,
    rounds: random() < 0.5 ? 0 : ROUNDS,
    broken: null,
  };
  for (let index = 0; index < options.instances; index += 1) world.instances.push(newLife(world));
  return world;
}

function newLife(world: World): Instance {
  world.lives += 1;
  return {
    me: `life-${world.lives}`,
    stored: null,
    known: new Map(),
    write: null,
    turns: new Map(),
    had: new Set(),
    appends: [],
    doubtful: new Set(),
  };
}

function crash(world: World, instance: Instance): void {
  if (instance.write) world.late.push(instance.write);
  // What it had sent may be carried out all the same.
  world.lateAppends.push(...instance.appends);
  Object.assign(instance, newLife(world));
}

function hit({ random }: World, rate: number): boolean {
  return random() < rate;
}

function pick<T>({ random }: World, items: readonly T[]): T | undefined {
  return items[wholeBelow(random, Math.max(1, items.length))];
}

/** One thing happens somewhere. */
function act(world: World, loss: number, crashes: number): void {
  const instance = pick(world, world.instances)!;
  if (hit(world, crashes)) {
    crash(world, instance);
    return;
  }
  if (hit(world, world.rounds)) {
    round(world, instance, loss);
    return;
  }
  const { stored, write, turns, appends } = instance;
  const moves: readonly (readonly [boolean, () => void])[] = [
    [!write, () => readRow(world, instance)],
    [true, () => readCall(world, instance, pick(world, world.calls)!)],
    [stored !== null && !write, () => sendWrite(world, instance)],
    [write !== null, () => answerWrite(world, instance, loss)],
    [world.late.length > 0, () => applyLate(world)],
    [world.lateAppends.length > 0, () => applyLateAppend(world)],
    [turns.size > appends.length, () => beginDial(world, instance)],
    [appends.length > 0, () => answerAppend(world, instance, loss)],
    [world.requests.length > 0, () => arrive(world, loss)],
    [world.calls.some(({ leg }) => leg === 'up'), () => endLeg(world)],
    [world.calls.some(({ log }) => log.at === 'placing' || log.untold), () => passTime(world)],
    [world.calls.some(({ log }) => log.dials === ATTEMPTS_MAX), () => close(world)],
  ];
  pick(
    world,
    moves.filter(([isPossible]) => isPossible),
  )![1]();
  check(world);
}

/** A living instance does what it does, and so does everybody else. */
function goOn(world: World, instance: Instance): void {
  round(world, instance, 0);
  arrive(world, 0);
  endLeg(world);
  passTime(world);
  close(world);
  check(world);
}

/** What an instance does, in the order in which it does it. */
function round(world: World, instance: Instance, loss: number): void {
  for (const call of world.calls) readCall(world, instance, call);
  if (!instance.write) {
    readRow(world, instance);
    sendWrite(world, instance);
  }
  answerWrite(world, instance, loss);
  beginDial(world, instance);
  answerAppend(world, instance, loss);
}

function readRow({ row, etag }: World, instance: Instance): void {
  if (instance.write) return;
  instance.stored = { row, etag };
  for (const place of row.held) {
    const isKnown = (instance.known.get(place.callSessionId)?.dials ?? 0) >= place.attempt;
    if (place.by === instance.me && !instance.had.has(keyOf(place)) && !isKnown) takeTurn(instance, place);
  }
}

type Taken = { readonly callSessionId: string; readonly attempt: number; readonly turnMs: number };

function keyOf({ callSessionId, attempt, turnMs }: Taken): string {
  return `${callSessionId} ${attempt} ${turnMs}`;
}

function takeTurn(instance: Instance, place: Taken): void {
  instance.had.add(keyOf(place));
  instance.turns.set(place.callSessionId, place);
}

function readCall({ options }: World, instance: Instance, call: Call): void {
  const { log } = call;
  instance.known.set(call.id, { ...standingOf(log, options), version: log.version, isPlacing: log.at === 'placing' });
  const turn = instance.turns.get(call.id);
  if (turn && log.dials >= turn.attempt) instance.turns.delete(call.id);
}

function standingOf({ at, dials, ...log }: Log, { forgetsUnanswered, freesClosed }: ModelOptions): Standing {
  const [uncertain, untold] = [log.uncertain && !forgetsUnanswered, log.untold && !freesClosed];
  const waits = at === 'waiting' || at === 'placing' || at === 'refused';
  const overTo = at === 'ended' ? (untold ? 0 : Number.POSITIVE_INFINITY) : at === 'refused' && !uncertain ? dials : 0;
  return { waitsFor: waits && dials < ATTEMPTS_MAX ? dials + 1 : null, dials, overTo, overAtMs: null };
}

function sendWrite(world: World, instance: Instance): void {
  const { stored, write } = instance;
  if (!stored || write) return;
  const next = (world.options.step ?? step)(stored.row, viewOf(world, instance, stored.row));
  if (next.row === stored.row) return;
  instance.write = { row: next.row, etag: stored.etag };
  if (world.options.dialsUnconfirmed) for (const place of next.taken) takeTurn(instance, place);
}

function viewOf(world: World, { me, known, turns, appends, doubtful }: Instance, row: PlacesRow): View {
  const over = new Map([...known].filter(([, { overTo }]) => overTo > 0).map(([id, { overTo }]) => [id, overTo]));
  const due: Waiting[] = [];
  const anew = new Set<string>();
  const unused = new Map<string, Waiting | null>();
  for (const { id, deadline } of world.calls) {
    const call = known.get(id);
    if (!call || call.waitsFor === null) continue;
    const part = call.dials > 0 ? 'redial' : 'normal';
    if (!call.isPlacing || deadline === call.dials) due.push({ callSessionId: id, attempt: call.waitsFor, part });
  }
  for (const { callSessionId, attempt, by } of row.held) {
    const call = known.get(callSessionId);
    if (!call || call.waitsFor !== attempt) continue;
    // Of one's own turn one knows that it is not under way.
    const isSure = !doubtful.has(callSessionId) || world.options.forgetsDoubt;
    const isFree = isSure && call.dials <= call.overTo && !appends.some((append) => append.call.id === callSessionId);
    if (by === me && isFree && turns.get(callSessionId)?.attempt === attempt && hit(world, 0.3)) {
      unused.set(callSessionId, { callSessionId, attempt, part: attempt > 1 ? 'redial' : 'normal' });
      turns.delete(callSessionId);
    } else if (!turns.has(callSessionId) && hit(world, 0.3)) anew.add(callSessionId);
  }
  return {
    me,
    nowMs: 0,
    spacingMs: 1e-3,
    most: world.options.most,
    // Who stops gives up its turns and has nobody dialled.
    moves: unused.size > 0 && hit(world, 0.5) ? 0 : Number.POSITIVE_INFINITY,
    over,
    legs: [],
    due,
    waitsFor: (id) => known.get(id)?.waitsFor,
    anew,
    unused,
    pauseUntilMs: 0,
  };
}

function answerWrite(world: World, instance: Instance, loss: number): void {
  const { write } = instance;
  if (!write) return;
  instance.write = null;
  instance.stored = null;
  if (hit(world, loss)) {
    if (hit(world, 0.5)) world.late.push(write);
    else applyWrite(world, write);
    return;
  }
  if (!applyWrite(world, write)) return;
  readRow(world, instance);
}

function applyLate(world: World): void {
  const write = pick(world, world.late);
  if (!write) return;
  world.late = world.late.filter((other) => other !== write);
  applyWrite(world, write);
}

function applyLateAppend(world: World): void {
  const append = pick(world, world.lateAppends)!;
  world.lateAppends = world.lateAppends.filter((other) => other !== append);
  applyAppend(world, append);
}

function applyWrite(world: World, { row, etag }: Write): boolean {
  if (etag !== world.etag && !world.options.ignoresTags) return false;
  world.row = row;
  world.etag += 1;
  return true;
}

/** Whoever has a turn, and has read that the call waits for it, sends an append at the version that was read. */
function beginDial({ calls }: World, instance: Instance): void {
  for (const [id, { attempt }] of instance.turns) {
    const known = instance.known.get(id);
    const call = calls.find((other) => other.id === id)!;
    if (known?.waitsFor !== attempt || instance.appends.some((append) => append.call === call)) continue;
    instance.appends.push({ call, version: known.version, attempt });
  }
}

function answerAppend(world: World, instance: Instance, loss: number): void {
  const append = instance.appends.shift();
  if (!append) return;
  const { call, attempt } = append;
  instance.turns.delete(call.id);
  const isLost = hit(world, loss);
  if (isLost) instance.doubtful.add(call.id);
  if (isLost && hit(world, 0.5)) {
    world.lateAppends.push(append);
    return;
  }
  const isWritten = applyAppend(world, append);
  if (isWritten && !isLost) world.requests.push({ call, attempt, from: instance, me: instance.me });
  readCall(world, instance, call);
}

function applyAppend(world: World, { call, version, attempt }: Append): boolean {
  if (call.log.version !== version) return false;
  const isHeld = world.row.held.some((place) => place.callSessionId === call.id && place.attempt === attempt);
  if (!isHeld) world.broken = `attempt ${attempt} of ${call.id} is recorded and holds no place`;
  const uncertain = call.log.uncertain || call.log.at === 'placing';
  call.log = { ...call.log, version: version + 1, dials: attempt, at: 'placing', uncertain };
  return true;
}

/** A request reaches the provider, or does not; its answer reaches who has asked, or does not. */
function arrive(world: World, loss: number): void {
  const request = pick(world, world.requests);
  if (!request) return;
  world.requests = world.requests.filter((other) => other !== request);
  const { call, attempt, from, me } = request;
  // Also a repeat whose first is up: too much at once is said before anything is looked at.
  const isRefused = call.leg !== 'over' && hit(world, 0.3);
  if (hit(world, loss)) return;
  if (call.leg === 'none' && !isRefused) call.leg = 'up';
  const isHeard = !hit(world, loss) && from.me === me;
  if (!isHeard || call.log.dials !== attempt || call.log.at !== 'placing') return;
  write(call, isRefused ? { at: 'refused' } : { at: 'up' });
  readCall(world, from, call);
}

function write(call: Call, change: Partial<Log>): void {
  call.log = { ...call.log, version: call.log.version + 1, ...change };
}

/** A leg ends, and somebody is told: of a call that we closed too. */
function endLeg(world: World): void {
  const call = pick(
    world,
    world.calls.filter(({ leg }) => leg === 'up'),
  );
  if (!call) return;
  call.leg = 'over';
  write(call, { at: 'ended', untold: false });
}

/** An answer has not come in time: the dial may be sent again. Or what we closed cannot become a leg any more. */
function passTime(world: World): void {
  const call = pick(world, world.calls)!;
  const isUnderWay = world.requests.some((request) => request.call === call);
  if (call.log.at === 'placing') call.deadline = call.log.dials;
  if (call.log.untold && !isUnderWay && call.leg !== 'up') write(call, { untold: false });
}

/** Nobody has told of it: it is closed. Or it is refused for the last time. */
function close(world: World): void {
  const call = pick(
    world,
    world.calls.filter(({ log }) => log.dials === ATTEMPTS_MAX && log.at !== 'ended' && log.at !== 'up'),
  );
  if (!call) return;
  const { at, uncertain } = call.log;
  write(call, { at: 'ended', untold: at === 'placing' || uncertain });
}

function check(world: World): void {
  const up = world.calls.filter(({ leg }) => leg === 'up').length;
  if (up > world.options.most) world.broken ??= `${up} legs are up`;
  if (world.row.held.length > world.options.most) world.broken ??= `${world.row.held.length} places are held`;
}
