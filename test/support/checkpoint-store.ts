import { CheckpointError } from '../../src/audit/checkpoints/errors.ts';
import type { CheckpointStore } from '../../src/audit/checkpoints/ports.ts';

/** Objects of a tree in memory, whose store can fail and whose objects somebody else can change. */
export type MemoryStore = CheckpointStore & {
  /** What is there, by name. */
  readonly objects: Map<string, Buffer>;
  /** Fails as a store that is away: in words; null ends it. */
  away(why: string | null): void;
  /** Fails whatever is to be created; what is there can be read. */
  readOnly(why: string | null): void;
  /** The next objects that are created: their answer is lost, or they come to nothing without one. */
  lose(fates: readonly ('created' | 'lost')[]): void;
  /** Runs before the next object is created whose name begins so. */
  before(prefix: string, act: () => void | Promise<void>): void;
};

export function memoryStore(objects = new Map<string, Buffer>(), place = 'the folder'): MemoryStore {
  let gone: string | null = null;
  let full: string | null = null;
  let fates: ('created' | 'lost')[] = [];
  let plan: { readonly prefix: string; readonly act: () => void | Promise<void> } | null = null;
  const check = (why: string | null): void => {
    if (why !== null) throw new CheckpointError('CHECKPOINT_STORE_UNAVAILABLE', why);
  };
  return {
    place,
    objects,
    away: (why) => {
      gone = why;
    },
    readOnly: (why) => {
      full = why;
    },
    lose: (next) => {
      fates = [...next];
    },
    before: (prefix, act) => {
      plan = { prefix, act };
    },
    async create(name, bytes) {
      check(gone ?? full);
      if (plan && name.startsWith(plan.prefix)) {
        const { act } = plan;
        plan = null;
        await act();
      }
      const fate = fates.shift();
      if (fate === 'lost') check('no answer');
      if (objects.has(name)) return false;
      objects.set(name, Buffer.from(bytes));
      if (fate === 'created') check('no answer');
      return true;
    },
    async read(name) {
      check(gone);
      return objects.get(name) ?? null;
    },
    async list(prefix) {
      check(gone);
      return [...objects.keys()].filter((name) => name.startsWith(prefix));
    },
  };
}
