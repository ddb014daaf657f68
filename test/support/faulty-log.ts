import { type CallEventLog, LogError } from '../../src/log/port.ts';

/** `refused`: nothing is written. `committed` and `lost`: nobody can say, and it was written, or not. */
export type LogFault = 'refused' | 'committed' | 'lost';

export type FaultyLog = CallEventLog & {
  /** How the next appends to streams that match go, one fault each. */
  fail(faults: readonly LogFault[], streams?: RegExp): void;
  /** So many of the next readings fail. */
  failReads(count: number): void;
  /** Nothing can be written, registered or tried, and what is there can be read: null ends it. */
  full(reason: string | null): void;
  /** How often it was asked whether it would take an append. */
  probes(): number;
  /** Runs once before the next append to a stream that matches. */
  before(streams: RegExp, act: () => Promise<void>): void;
};

/** A real log whose appends fail when told to. */
export function faultyLog(log: CallEventLog): FaultyLog {
  let planned: LogFault[] = [];
  let matching = /^/;
  let reason: string | null = null;
  let probes = 0;
  let unreadable = 0;
  const refuseWhileFull = (): void => {
    if (reason !== null) throw new LogError('LOG_UNAVAILABLE', reason);
  };
  let act: { readonly streams: RegExp; readonly run: () => Promise<void> } | null = null;
  return {
    ...log,
    fail(faults, streams = /^/) {
      planned = [...faults];
      matching = streams;
    },
    failReads(count) {
      unreadable = count;
    },
    async read(stream, from) {
      if (unreadable > 0) {
        unreadable -= 1;
        throw new LogError('LOG_UNAVAILABLE', 'the disk does not answer');
      }
      return log.read(stream, from);
    },
    full(why) {
      reason = why;
    },
    probes: () => probes,
    async register(stream, at) {
      refuseWhileFull();
      return log.register(stream, at);
    },
    async probe(stream) {
      probes += 1;
      refuseWhileFull();
      return log.probe(stream);
    },
    before(streams, run) {
      act = { streams, run };
    },
    async append(stream, head, entries) {
      if (act?.streams.test(stream)) {
        const { run } = act;
        act = null;
        await run();
      }
      refuseWhileFull();
      const fault = matching.test(stream) ? planned.shift() : undefined;
      if (fault === 'refused') throw new LogError('LOG_UNAVAILABLE', 'the disk is full');
      if (fault === 'lost') throw new LogError('LOG_UNKNOWN_OUTCOME', 'the disk failed');
      const result = await log.append(stream, head, entries);
      if (fault === 'committed') throw new LogError('LOG_UNKNOWN_OUTCOME', 'the disk failed');
      return result;
    },
  };
}
