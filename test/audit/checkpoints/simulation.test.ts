import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { batchName } from '../../../src/audit/checkpoints/batch.ts';
import { CHECKPOINTS_STREAM } from '../../../src/domain/streams.ts';
import type { LogContent } from '../../support/memory-log.ts';
import { memoryWitness } from '../../support/memory-witness.ts';
import { createObserver, nameOf, type Observer } from './observer.ts';
import { type Instance, newWorld, seenTree, startInstance, type World } from './rig.ts';
import { createNetwork, type Dice, diceOf, type Network } from './unsure-ports.ts';

/**
 * Some processes, one log, one store, a witness; whatever they ask of each other is lost, late or unanswered, they die between
 * any two steps, others take places, and all is restored from a backup. What the protocol promises is looked at all the time.
 */
const tests = suite('checkpoints under all that can happen');

const SEEDS = 12;
const STEPS = 300;
const MINUTE_MS = 60_000;
const LATE_MS = 45 * MINUTE_MS;
const STREAMS = ['call-1', 'call-2', 'member:1', 'member:2'];

type Sim = {
  readonly world: World;
  readonly dice: Dice;
  readonly network: Network;
  readonly witness: ReturnType<typeof memoryWitness>;
  readonly alive: Set<Instance>;
  readonly everybody: Instance[];
  /** What the store and the log were restored from, and whether they were. */
  backup: { readonly log: LogContent; readonly objects: ReadonlyMap<string, Buffer> } | null;
  isRestored: boolean;
  /** Always the same of both: whoever restores the one after the other restores both, which only a witness sees. */
  readonly restored: 'log' | 'tree';
  /** Who appended what, by the entry's id. */
  readonly writers: Map<string, Instance>;
};

function newSim(seed: number): Sim {
  const dice = diceOf(seed);
  const world = newWorld();
  const sim = { world, dice, network: createNetwork(dice, world.clock.now), witness: memoryWitness() };
  return {
    ...sim,
    alive: new Set(),
    everybody: [],
    writers: new Map(),
    backup: null,
    isRestored: false,
    restored: dice.chance(0.5) ? 'log' : 'tree',
  };
}

function start(sim: Sim): void {
  const { world, network, witness } = sim;
  const ports = { log: network.log(world.log), store: network.store(world.store) };
  const instance = startInstance(world, { ...ports, witnesses: [network.witness(witness)] });
  sim.alive.add(instance);
  sim.everybody.push(instance);
}

function kill(sim: Sim, instance: Instance | undefined): void {
  instance?.die();
  if (instance) sim.alive.delete(instance);
}

function one(sim: Sim): Instance | undefined {
  return [...sim.alive][sim.dice.below(sim.alive.size)];
}

function append(sim: Sim): void {
  const instance = one(sim);
  if (!instance) return;
  const id = `entry-${sim.writers.size}`;
  sim.writers.set(id, instance);
  instance.append(STREAMS[sim.dice.below(STREAMS.length)]!, id).catch(() => {});
}

function squat({ world, dice }: Sim): void {
  // Before the log knows of a tree, nobody touches a store that holds one.
  if (!world.log.content.streams.has(CHECKPOINTS_STREAM)) return;
  let slot = 1;
  while (world.store.objects.has(batchName(slot))) slot += 1;
  world.store.objects.set(batchName(slot + dice.below(2)), Buffer.from('nothing of ours'));
}

/** With every process stopped. */
function restore(sim: Sim, observer: Observer): void {
  const { world, network } = sim;
  // One from before the first tree is no fork: nobody knows what stands in the store then.
  if (!world.log.content.streams.has(CHECKPOINTS_STREAM)) return;
  if (!sim.backup) {
    sim.backup = { log: world.log.backup(), objects: new Map(world.store.objects) };
    return;
  }
  for (const instance of sim.alive) kill(sim, instance);
  network.drop();
  if (sim.restored === 'log') world.log.restore(sim.backup.log);
  else {
    world.store.objects.clear();
    for (const [name, bytes] of sim.backup.objects) world.store.objects.set(name, bytes);
  }
  observer.restored();
  sim.isRestored = true;
  start(sim);
}

/** Whoever finds that something was lost begins the next tree, a few times where it was lost more than once. */
async function reopen(sim: Sim): Promise<void> {
  for (let times = 0; times < 4; times += 1) {
    const forked = [...sim.alive].find(({ checkpoints }) => checkpoints.status().fork !== null);
    if (!forked) return;
    void forked.checkpoints.reopen('restored', 'admin:anna').catch(() => {});
    await drain(sim, 3_000);
    await quietTime(sim);
  }
}

/** So much that everybody has had a turn; nobody is late within it. */
async function quietTime(sim: Sim): Promise<void> {
  for (let passedMs = 0; passedMs < 11 * MINUTE_MS; passedMs += 4_000) {
    await sim.world.clock.advance(4_000);
    await drain(sim, 2_000);
  }
}

async function passTime(sim: Sim, minutes: number): Promise<void> {
  // A request that arrives later than the slack is beyond what the protocol promises.
  await drain(sim, 300);
  await sim.network.settleGivenUp(sim.world.clock.now() + minutes * MINUTE_MS - LATE_MS);
  await sim.world.clock.advance(minutes * MINUTE_MS);
}

async function drain({ network }: Sim, steps: number): Promise<void> {
  for (let step = 0; step < steps && network.waiting() > 0; step += 1) await network.step();
}

async function act(sim: Sim): Promise<void> {
  const drawn = sim.dice.below(100);
  if (drawn < 74) await sim.network.step();
  else if (drawn < 86) append(sim);
  else if (drawn < 91)
    void one(sim)
      ?.checkpoints.make()
      .catch(() => {});
  else if (drawn < 95) await passTime(sim, 1 + sim.dice.below(20));
  else if (drawn < 97) kill(sim, one(sim));
  else if (drawn < 98) squat(sim);
  else if (drawn < 99 && sim.alive.size < 3) start(sim);
  else if (sim.dice.chance(0.3)) {
    for (const instance of sim.alive) kill(sim, instance);
    await passTime(sim, 200);
  }
  if (sim.alive.size === 0) start(sim);
}

/** Everything goes well again: whoever lives covers what it has. */
async function calm(sim: Sim): Promise<void> {
  sim.network.faults = 0;
  await sim.network.settleGivenUp(Number.POSITIVE_INFINITY);
  await drain(sim, 2_000);
  for (let times = 0; times < 3; times += 1) {
    await quietTime(sim);
  }
  for (const instance of sim.alive) {
    void instance.checkpoints.make().catch(() => {});
    await drain(sim, 2_000);
  }
}

/** What living processes have appended and no leaf from memory vouches for. */
async function unproven(sim: Sim): Promise<string[]> {
  const { leaves } = await seenTree(sim.world);
  const entries = [...sim.world.log.content.streams.values()].flat();
  return entries.flatMap((entry) => {
    const writer = sim.writers.get(entry.id);
    if (!writer || !sim.alive.has(writer)) return [];
    const name = nameOf(sim.world, entry);
    const isProven = leaves.some(
      ({ stream, how, from, version }) =>
        stream === name && how === 'memory' && from <= entry.version && entry.version <= version,
    );
    return isProven ? [] : [`3: nothing vouches for ${entry.stream} ${entry.version}`];
  });
}

async function run(seed: number, restores: number): Promise<Sim> {
  const sim = newSim(seed);
  const observer = createObserver(sim.world);
  sim.network.faults = [0, 0.05, 0.15][seed % 3]!;
  for (let count = 0; count <= seed % 3; count += 1) start(sim);
  for (let step = 1; step <= STEPS; step += 1) {
    await act(sim);
    if (restores > 0 && sim.dice.chance(restores / STEPS)) restore(sim, observer);
    if (step % 20 === 0) assert.equal(await observer.look(), [], `at step ${step}`);
  }
  await calm(sim);
  await reopen(sim);
  await calm(sim);
  assert.equal(await observer.look(), [], 'in the end');
  if (!sim.isRestored) assert.equal(await unproven(sim), []);
  for (const { checkpoints } of sim.alive) {
    const { uncoveredMs, fork, trouble, newest, treeSize } = checkpoints.status();
    const status = { uncoveredMs, fork, trouble, newest: newest?.size ?? 0 };
    assert.equal(status, { uncoveredMs: 0, fork: null, trouble: null, newest: treeSize });
  }
  return sim;
}

for (let seed = 1; seed <= SEEDS; seed += 1) {
  tests(`nothing is lost: seed ${seed}`, async () => {
    const { everybody } = await run(seed, 0);
    const forks = everybody.flatMap(({ journal }) => journal.filter(({ level }) => level === 'error'));
    assert.equal(forks, [], 'nobody may say that something was');
  });
  tests(`log or tree is restored: seed ${seed}`, async () => {
    await run(seed, 3);
  });
}

tests.run();
