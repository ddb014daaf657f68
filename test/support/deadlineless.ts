import { type CallEventLog, LogError } from '../../src/log/port.ts';

/** A log that takes no passed deadline: whatever waits for one stays where it is. */
export function deadlineless(log: CallEventLog): CallEventLog & { mend(): void } {
  let isBroken = true;
  return {
    ...log,
    mend() {
      isBroken = false;
    },
    async append(stream, head, entries) {
      const rings = entries.some(({ type }) => type === 'DeadlinePassed');
      if (isBroken && rings) throw new LogError('LOG_UNAVAILABLE', 'somebody holds it');
      return log.append(stream, head, entries);
    },
  };
}
