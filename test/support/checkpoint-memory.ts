import type { CheckpointStore } from '../../src/audit/checkpoints/ports.ts';

/** Objects of a tree in memory. `objects` may be changed behind its back: that is what a forger does. */
export type MemoryCheckpoints = CheckpointStore & { readonly objects: Map<string, Buffer> };

export function checkpointsInMemory(objects = new Map<string, Buffer>()): MemoryCheckpoints {
  return {
    place: 'memory',
    objects,
    async create(name, bytes) {
      if (objects.has(name)) return false;
      objects.set(name, bytes);
      return true;
    },
    read: async (name) => objects.get(name) ?? null,
    list: async (prefix) => [...objects.keys()].filter((name) => name.startsWith(prefix)),
  };
}
