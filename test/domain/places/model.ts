import { randomFor, wholeBelow } from '../../../src/simulator/faults/prng.ts';
import { answerAppend, answerWrite, beginDial, readRow, round, sendWrite } from './model-instance.ts';
import { arrive, close, dialOutside, endLeg, passTime } from './model-provider.ts';
import {
  ATTEMPTS_MAX,
  applyAppend,
  applyWrite,
  createWorld,
  hit,
  type Instance,
  type ModelOptions,
  newLife,
  pick,
  readCall,
  type Verdict,
  type World,
} from './model-world.ts';

/** Plays random steps; every so often it is looked whether, without further faults, everything comes to its end. */
export function explore(options: ModelOptions): Verdict {
  const random = randomFor(options.seed, 'places-model');
  const most = options.most ?? 1;
  const full = { instances: 2, calls: 3, lowered: most, outside: 0, crash: 0.03, loss: 0.2, ...options, most };
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

function crash(world: World, instance: Instance): void {
  if (instance.write) world.late.push(instance.write);
  // What it had sent may be carried out all the same.
  world.lateAppends.push(...instance.appends);
  Object.assign(instance, newLife(world));
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
    [world.options.outside > 0, () => dialOutside(world)],
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

function check(world: World): void {
  const { calls, outsiders, row, options } = world;
  // Those that nobody was asked for come on top: they are counted when they are met.
  const most = options.most + outsiders.size;
  const up = calls.filter(({ leg }) => leg === 'up').length;
  if (up > most) world.broken ??= `${up} legs are up`;
  if (row.held.length > most) world.broken ??= `${row.held.length} places are held`;
}
