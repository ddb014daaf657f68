import type { RunningCallApp } from '../../src/app/call-app.ts';
import { type AccessRecorder, createAccessRecorder } from '../../src/audit/access/recorder.ts';
import { type Checkpoints, startCheckpoints } from '../../src/audit/checkpoints/checkpoints.ts';
import { keepHeads } from '../../src/audit/checkpoints/heads.ts';
import { createExports, type Exports } from '../../src/audit/export/exports.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { signerOf } from '../../src/tlog/keys.ts';
import { type MemoryStore, memoryStore } from '../support/checkpoint-store.ts';
import type { Own } from './fleet.ts';
import type { Plot } from './planted.ts';
import type { Life } from './port-call.ts';
import { mortalLog, treePort } from './tree-port.ts';

/** What makes the log one that can be proven: the tree that all instances write, and what the auditor has kept of it. */
export type Trail = {
  readonly store: MemoryStore;
  /** How often a checkpoint is made, in milliseconds. */
  readonly everyMs: number;
  /** Whose entry it is, by stream and version. */
  readonly writers: Map<string, Life>;
  /** Checkpoints that the auditor was given. */
  readonly kept: Set<string>;
};

/** What one life of an instance does beside its calls. */
export type OwnTrail = {
  readonly checkpoints: Checkpoints;
  readonly access: AccessRecorder;
  readonly exports: Exports;
  close(): Promise<void>;
};

/** The key that all instances have. */
export const TREE_KEY = signerOf('callistra.example/log', Buffer.alloc(32, 1));

export function createTrail(everyMs: number): Trail {
  return { store: memoryStore(), everyMs, writers: new Map(), kept: new Set() };
}

export function entryKey(stream: string, version: number): string {
  return `${stream} ${version}`;
}

/** The log, of which it is noted who wrote what: by what has arrived, whatever the writer hears of it. */
export function notingWriters({ writers }: Trail, life: Life, log: CallEventLog): CallEventLog {
  return {
    ...log,
    async append(stream, head, entries) {
      const result = await log.append(stream, head, entries);
      if ('entries' in result) for (const { version } of result.entries) writers.set(entryKey(stream, version), life);
      return result;
    },
  };
}

/**
 * The log that everything of a life is appended through, and what is to be begun when its application is up.
 * @param log as this life sees it
 */
export function sealLog(
  trail: Trail,
  { sim, life, planted }: Plot & { planted: Sealing },
  log: CallEventLog,
  own: Own,
) {
  const real = keepHeads(log, own.clock);
  const { heads, log: sealed } = planted.seal?.(real, log) ?? real;
  const begin = (app: RunningCallApp): OwnTrail => {
    const process = { id: own.ids.uuid(), startedAt: new Date(own.clock.now()).toISOString() };
    const access = createAccessRecorder({
      log: app.log,
      clock: own.clock,
      freshId: own.ids.uuid,
      process: process.id,
    });
    const checkpoints = startCheckpoints({
      log: mortalLog(sim, life, sealed),
      heads,
      store: treePort(sim, life, trail.store),
      witnesses: [],
      keys: async () => ({ signers: [TREE_KEY], next: null }),
      clock: own.clock,
      process,
      everyMs: trail.everyMs,
      journal: own.journal,
    });
    const { make, sealed: signing } = checkpoints;
    const exports = createExports({
      log: app.log,
      clock: own.clock,
      ids: own.ids,
      make,
      sealed: signing,
      isMember: async () => false,
    });
    const close = async (): Promise<void> => {
      await access.close();
      await checkpoints.close();
    };
    return { checkpoints, access: planted.access?.(access) ?? access, exports, close };
  };
  return { log: sealed, begin };
}

/** Bugs that can be planted here. */
export type Sealing = {
  readonly seal?: (sealed: ReturnType<typeof keepHeads>, log: CallEventLog) => ReturnType<typeof keepHeads>;
  readonly access?: (access: AccessRecorder) => AccessRecorder;
};
