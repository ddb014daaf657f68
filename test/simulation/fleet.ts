import type { ReceivedCallback } from '../../src/app/api.ts';
import type { CallAppDeps, RunningCallApp } from '../../src/app/call-app.ts';
import type { Journal, JournalFields } from '../../src/app/ports.ts';
import type { Clock } from '../../src/base/clock.ts';
import { uuidFrom } from '../../src/simulator/faults/prng.ts';
import type { Checker } from './checker.ts';
import { createMachine, isAsleep, type Machine, ringAwake, whenAwake } from './machine.ts';
import type { Life } from './port-call.ts';
import type { Sim } from './sim.ts';
import { stopUnderLoad } from './stopping.ts';
import type { OwnTrail } from './trail.ts';

/** What an instance answers to those who ask it from outside; it never does when it dies meanwhile. */
export type Instance = {
  readonly name: string;
  readonly app: RunningCallApp;
  readonly life: Life;
  /** Null: it makes no checkpoints. */
  readonly trail: OwnTrail | null;
  /** By its own clock. */
  readonly now: () => number;
  /** Stops it in good order. */
  close(): Promise<void>;
  /** The same while callbacks still reach it. @returns what is left to be done when they do not any more */
  stopUnderLoad(): Promise<() => Promise<void>>;
  receive(callSessionId: string, secret: string, callbacks: readonly ReceivedCallback[]): Promise<number>;
};

/** All instances of the application. */
export type Fleet = {
  /** One that is up, null when none is. */
  anyone(concern: string): Instance | null;
  /** One that callbacks reach: one that is up, or one that closes and takes them still. */
  reached(concern: string): Instance | null;
  up(): readonly Instance[];
  /** Stops one in good order and starts it again, as for a new release. */
  release(): Promise<void>;
  /** The same with all of them. */
  releaseAll(): Promise<void>;
  /** The same with one while calls are up and their callbacks come. */
  shutDown(): Promise<void>;
  /** Starts those that are down now and not gone for good. */
  revive(): void;
  /** What the instances run on. */
  readonly machines: readonly Machine[];
  /** One that is down and will be up again. */
  missing(): string | null;
};

/** What every life of an instance has of its own. */
export type Own = Pick<CallAppDeps, 'clock' | 'ids' | 'journal'>;

/** How an instance is started. */
export type Start = {
  readonly start: () => Promise<{ readonly app: RunningCallApp; readonly trail: OwnTrail | null }>;
  /** By the clock that it is started with. */
  readonly now: () => number;
  /** A bug: it goes on dialling when it is told to stop. */
  readonly dialsOn: boolean;
};

export type StartOf = (life: Life, own: Own) => Start;

const START_AGAIN_MS = 120_000;
const START_FAILED_MS = 5_000;
/** What is under way may take this long to come to its end. */
const CLOSE_MS = 5 * 60_000;

/** Starts instances and starts them again after they died, unless they are gone for good. */
export function createFleet(sim: Sim, names: readonly string[], startOf: StartOf, checker: Checker): Fleet {
  const machines = new Map(names.map((name) => [name, createMachine(name)]));
  const instances = new Map<string, Instance>();
  const closing = new Map<string, Instance>();
  const starting = new Set<string>();
  const gone = new Set<string>();

  const down = (name: string): void => {
    instances.delete(name);
    closing.delete(name);
    starting.delete(name);
    const others = names.filter((other) => other !== name && !gone.has(other));
    if (others.length > 0 && sim.hit('gone-for-good', sim.faults.goneForGood)) {
      gone.add(name);
      sim.trace(name, 'is gone for good');
      return;
    }
    sim.scheduler.after(sim.between('start-again', 500, START_AGAIN_MS), () => start(name));
  };

  const start = (name: string): void => {
    if (instances.has(name) || closing.has(name) || starting.has(name) || gone.has(name)) return;
    starting.add(name);
    const life: Life = {
      name,
      machine: machines.get(name)!,
      alive: true,
      stoppedAtMs: null,
      crash() {
        if (!life.alive) return;
        life.alive = false;
        down(name);
      },
    };
    sim.trace(name, 'starts');
    const own = { clock: clockOf(sim, life), ids: idsOf(sim, life), journal: journalOf(sim, life, checker) };
    const parts = startOf(life, own);
    parts.start().then(
      ({ app, trail }) => {
        if (!life.alive) return;
        starting.delete(name);
        instances.set(name, instanceOf(sim, life, { app, trail }, parts));
        sim.trace(name, `is up, open calls: ${app.caughtUp.open}, projected: ${app.caughtUp.projected}`);
      },
      (error: unknown) => {
        if (!life.alive) return;
        sim.trace(name, `could not start: ${String(error)}`);
        life.alive = false;
        starting.delete(name);
        sim.scheduler.after(sim.between('start-failed', 500, START_FAILED_MS), () => start(name));
      },
    );
  };

  /** While its machine is suspended an instance cannot stop, and then has the whole time. */
  const tooLate = async ({ machine }: Life): Promise<false> => {
    do await sim.scheduler.sleep(CLOSE_MS);
    while (sim.scheduler.now() < machine.awakeAtMs + CLOSE_MS);
    return false;
  };

  const ended = async ({ name, life }: Instance, close: Promise<void>): Promise<void> => {
    const closed = close.then(() => true);
    const isClosed = await Promise.race([closed, tooLate(life)]);
    if (!life.alive) return;
    if (!isClosed) sim.fail('an instance stops when told to', `${name} does not`);
    sim.trace(name, 'has stopped');
    life.alive = false;
    start(name);
  };

  // Whoever gives the order waits until the machine is there to take it.
  const release = async (instance: Instance | undefined): Promise<void> => {
    if (!instance || isAsleep(sim, instance.life.machine)) return;
    const { name, life } = instance;
    instances.delete(name);
    life.stoppedAtMs = instance.now();
    sim.trace(name, 'is told to stop');
    await ended(instance, instance.close());
  };

  const shutDown = async (): Promise<void> => {
    const instance = sim.pick('shut-down', [...instances.values()]);
    if (!instance || isAsleep(sim, instance.life.machine)) return;
    const { name, life } = instance;
    instances.delete(name);
    closing.set(name, instance);
    life.stoppedAtMs = instance.now();
    sim.trace(name, 'is told to stop, and callbacks still reach it');
    const close = await instance.stopUnderLoad();
    if (!life.alive) return;
    sim.trace(name, 'is not reached any more');
    closing.delete(name);
    await ended(instance, close());
  };

  for (const name of names) sim.scheduler.after(0, () => start(name));
  return {
    anyone: (concern) => sim.pick(concern, [...instances.values()]) ?? null,
    reached: (concern) => sim.pick(concern, [...instances.values(), ...closing.values()]) ?? null,
    up: () => [...instances.values()],
    release: () => release(sim.pick('release', [...instances.values()])),
    async releaseAll() {
      await Promise.all([...instances.values()].map(release));
    },
    shutDown,
    revive: () => names.forEach(start),
    machines: [...machines.values()],
    missing: () => names.find((name) => !instances.has(name) && !gone.has(name)) ?? null,
  };
}

type Started = Awaited<ReturnType<Start['start']>>;

function instanceOf(sim: Sim, life: Life, { app, trail }: Started, { now, dialsOn }: Start): Instance {
  return {
    name: life.name,
    life,
    app,
    trail,
    async close() {
      await app.close();
      await trail?.close();
    },
    now,
    async stopUnderLoad() {
      const close = await stopUnderLoad(sim, app, dialsOn);
      return async () => {
        await close();
        await trail?.close();
      };
    },
    async receive(callSessionId, secret, callbacks) {
      await new Promise<void>((awake) => whenAwake(sim, life.machine, awake));
      if (!app.isCallSecret(callSessionId, secret)) return 401;
      try {
        return (await app.recordCallbacks(callSessionId, callbacks)) === 'unknown-call' ? 404 : 200;
      } catch {
        return 503;
      }
    },
  };
}

function clockOf(sim: Sim, life: Life): Clock {
  const share = sim.between(`skew|${life.name}`, -1, 1);
  return {
    // Set right when the world heals, which is a jump.
    now: () => Math.floor(sim.scheduler.now() + share * sim.faults.skewMs + life.machine.aheadMs),
    monotonicMs: sim.scheduler.now,
    after(delayMs, task) {
      let isCalledOff = false;
      const callOff = sim.scheduler.after(delayMs, () =>
        ringAwake(sim, life.machine, () => {
          if (life.alive && !isCalledOff) task();
        }),
      );
      // Also what was due while the machine was suspended, and has not rung yet.
      return () => {
        isCalledOff = true;
        callOff();
      };
    },
  };
}

function idsOf(sim: Sim, life: Life): CallAppDeps['ids'] {
  const random = sim.random(`ids|${life.name}`);
  return {
    uuid: () => uuidFrom(random),
    callSessionId(nowMs) {
      const time = Math.floor(nowMs).toString(16).padStart(12, '0');
      return `${time.slice(0, 8)}-${time.slice(8)}-7${uuidFrom(random).slice(15)}`;
    },
  };
}

function journalOf(sim: Sim, life: Life, checker: Checker): Journal {
  const write = (fields: JournalFields, message: string): void => {
    const text = `${message} ${JSON.stringify(fields)}`;
    checker.journalled(text);
    sim.trace(life.name, `says: ${text}`);
  };
  return { info: () => {}, warn: write, error: write };
}
