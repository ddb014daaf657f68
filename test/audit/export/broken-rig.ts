import * as assert from 'uvu/assert';
import { CheckpointError } from '../../../src/audit/checkpoints/errors.ts';
import { exportsIn } from '../../../src/audit/export/entries.ts';
import type { ExportLook, Exports } from '../../../src/audit/export/exports.ts';
import { operationStream } from '../../../src/domain/streams.ts';
import { type CallEventLog, LogError } from '../../../src/log/port.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { type ExportRig, NOW, startExportRig } from './rig.ts';

/** A log of which streams cannot be read, or all cannot, and that counts who walks its register. */
function brokenLog() {
  const log = memoryLog();
  const broken = new Map<string, number | undefined>();
  const walks = { open: 0 };
  return {
    broken,
    walks,
    memory: log,
    log: {
      ...log,
      async read(stream: string, from?: number) {
        if (!broken.has(stream)) return log.read(stream, from);
        const version = broken.get(stream);
        throw new LogError('LOG_CORRUPT', 'damaged', version === undefined ? {} : { version });
      },
      async *registered(since?: Date) {
        walks.open += 1;
        try {
          yield* log.registered(since);
        } finally {
          walks.open -= 1;
        }
      },
    } satisfies CallEventLog,
  };
}

/** Exports of a log that breaks when told to. */
export type BrokenRig = ExportRig & Pick<ReturnType<typeof brokenLog>, 'broken' | 'walks' | 'memory'>;

export async function startBrokenRig(): Promise<BrokenRig> {
  const { log, ...rest } = brokenLog();
  return { ...(await startExportRig({ log })), ...rest };
}

export const DAY = operationStream(new Date(NOW).toISOString());
export const WHOLE_DAY = { from: '2026-03-02', to: '2026-03-03' };

/** What the log has of exports. */
export const recorded = async ({ memory }: BrokenRig) => exportsIn(await memory.read(DAY));

export async function failsWith(code: CheckpointError['code'], promise: Promise<unknown>): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CheckpointError, String(error));
  assert.is(error.code, code);
}

export const parts = (exports: Exports, exportId: string, after: string, look = async () => {}) =>
  exports.parts(exportId, after, look);

/** The parts that come before something fails, with what that is. */
export async function partsUntil(
  exports: Exports,
  exportId: string,
  after: string,
  look: (shown: ExportLook) => Promise<void>,
): Promise<[parts: string[], error: unknown]> {
  const given: string[] = [];
  try {
    const all = await exports.parts(exportId, after, look);
    if (typeof all === 'string') return [given, all];
    for await (const part of all) given.push(part.toString());
    return [given, null];
  } catch (error) {
    return [given, error];
  }
}
