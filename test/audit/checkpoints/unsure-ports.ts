import { CheckpointError } from '../../../src/audit/checkpoints/errors.ts';
import type { CheckpointStore, Witness } from '../../../src/audit/checkpoints/ports.ts';
import { type CallEventLog, LogError } from '../../../src/log/port.ts';

/** Draws the same for the same seed. */
export type Dice = { below(count: number): number; chance(of: number): boolean };

/** Mulberry32. */
export function diceOf(seed: number): Dice {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { below: (count) => Math.floor(next() * count), chance: (of) => next() < of };
}

/** A request on its way, or its answer. */
type Request = {
  readonly send: () => Promise<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly lost: () => Error;
  readonly atMs: number;
  /** Whether whoever asks has given up and gone on. */
  isGivenUp: boolean;
  answer: { readonly value: unknown } | null;
};

/** Everything that processes ask of others: each request, and each answer, arrives when it is told to. */
export type Network = {
  /** Whether requests may be lost, late or unanswered. */
  faults: number;
  /** How many are waited for. */
  waiting(): number;
  /** Lets one thing happen, whichever. */
  step(): Promise<void>;
  /** Nothing that is on its way arrives any more. */
  drop(): void;
  /** What was sent before this time, and nobody waits for any more, arrives now, or never. */
  settleGivenUp(beforeMs: number): Promise<void>;
  log(log: CallEventLog): CallEventLog;
  store(store: CheckpointStore): CheckpointStore;
  witness(witness: Witness): Witness;
};

/** How often what nobody waits for any more may arrive. */
const LATE_CHANCE = 0.05;

export function createNetwork(dice: Dice, nowMs: () => number): Network {
  let requests: Request[] = [];

  const ask = <T>(send: () => Promise<T>, lost: () => Error): Promise<T> =>
    new Promise((resolve, reject) => {
      requests.push({
        send,
        resolve: resolve as (answer: unknown) => void,
        reject,
        lost,
        atMs: nowMs(),
        isGivenUp: false,
        answer: null,
      });
    });
  const forget = (request: Request): void => {
    requests = requests.filter((other) => other !== request);
  };

  const arrive = async (request: Request): Promise<void> => {
    if (request.answer) {
      forget(request);
      if (dice.chance(network.faults)) request.reject(request.lost());
      else request.resolve(request.answer.value);
    } else if (dice.chance(network.faults)) {
      // It is lost, or late: whoever asks hears the same.
      if (!request.isGivenUp) request.reject(request.lost());
      if (request.isGivenUp || dice.chance(0.5)) forget(request);
      request.isGivenUp = true;
    } else {
      request.answer = { value: await request.send() };
      if (request.isGivenUp) forget(request);
    }
  };

  const network: Network = {
    faults: 0,
    waiting: () => requests.filter(({ isGivenUp }) => !isGivenUp).length,
    async step() {
      const waitedFor = requests.filter(({ isGivenUp }) => !isGivenUp);
      const some = dice.chance(LATE_CHANCE) || waitedFor.length === 0 ? requests : waitedFor;
      const request = some[dice.below(some.length)];
      if (request) await arrive(request);
      for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
    drop() {
      requests = [];
    },
    async settleGivenUp(beforeMs) {
      for (const request of requests.filter(({ isGivenUp, atMs }) => isGivenUp && atMs < beforeMs)) {
        if (dice.chance(0.5)) await request.send();
        forget(request);
      }
    },
    log: (log) => ({
      ...log,
      read: (stream, from) => ask(() => log.read(stream, from), unavailable),
      append: (stream, head, entries) => ask(() => log.append(stream, head, entries), unknown),
      register: (stream, at) => ask(() => log.register(stream, at), unavailable),
      async *registered(since) {
        const all: string[] = [];
        for await (const stream of log.registered(since)) all.push(stream);
        for (const stream of await ask(async () => all, unavailable)) yield stream;
      },
    }),
    store: (store) => ({
      place: store.place,
      create: (name, bytes) => ask(() => store.create(name, bytes), away),
      read: (name) => ask(() => store.read(name), away),
      list: (prefix) => ask(() => store.list(prefix), away),
    }),
    witness: (witness) => ({
      verifier: witness.verifier,
      latest: (origin) => ask(() => witness.latest(origin), noWitness),
      cosign: (note, old, proof) => ask(() => witness.cosign(note, old, proof), noWitness),
    }),
  };
  return network;
}

const unavailable = () => new LogError('LOG_UNAVAILABLE', 'no answer');
const unknown = () => new LogError('LOG_UNKNOWN_OUTCOME', 'no answer');
const away = () => new CheckpointError('CHECKPOINT_STORE_UNAVAILABLE', 'no answer');
const noWitness = () => new CheckpointError('CHECKPOINT_WITNESS_UNAVAILABLE', 'no answer');
