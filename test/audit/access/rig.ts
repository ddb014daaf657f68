import type { LookBody } from '../../../src/audit/access/entries.ts';
import { createAccessRecorder } from '../../../src/audit/access/recorder.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { isAccessStream } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { allEntries } from '../../support/entries.ts';
import { type FaultyLog, faultyLog } from '../../support/faulty-log.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

export type Recorder = ReturnType<typeof createAccessRecorder>;

/** A real log in a file, whose appends are counted and fail when told to, and a recorder on it. */
export type AccessRig = {
  readonly log: FaultyLog;
  readonly clock: VirtualClock;
  /** How many entries each append had. */
  readonly appends: number[];
  readonly recorder: Recorder;
  /** Another process on the same log. */
  recorderOf(process: string, options?: Partial<Parameters<typeof createAccessRecorder>[0]>): Recorder;
  entries(): Promise<readonly Entry[]>;
  /** What the looks of the log say. */
  looks(): Promise<readonly (LookBody & { readonly actor: string })[]>;
  file(name: string): string;
  close(): Promise<void>;
};

export async function accessRig(): Promise<AccessRig> {
  const { file, remove } = await tempDir('access');
  const clock = virtualClock();
  const appends: number[] = [];
  const log = faultyLog(openSqliteLog(file('log.db')));
  const counted: Pick<CallEventLog, 'append' | 'register'> = {
    register: log.register,
    async append(stream, head, entries) {
      appends.push(entries.length);
      return log.append(stream, head, entries);
    },
  };
  let ids = 0;
  const recorderOf: AccessRig['recorderOf'] = (process, options = {}) =>
    createAccessRecorder({ log: counted, clock, freshId: () => `id-${ids++}`, process, ...options });
  const entries = async () => (await allEntries(log)).filter(({ stream }) => isAccessStream(stream));
  return {
    log,
    clock,
    appends,
    recorder: recorderOf('p1'),
    recorderOf,
    entries,
    async looks() {
      const found = (await entries()).filter(({ type }) => type === 'Look');
      return found.map(({ actor, data }) => ({ actor, ...(JSON.parse(data) as LookBody) }));
    },
    file,
    async close() {
      await log.close();
      await remove();
    },
  };
}
