import type { Source } from './imports.ts';

/** Where wall time may be read, and what for. Whatever waits is measured by a monotonic clock. */
export type WallTimes = Readonly<Record<string, string>>;

const READS = /[cC]lock\.now\b|\bDate\.now\b|\bnew Date\(\)|\bPick<Clock, 'now'/;

const reads = ({ text }: Source): boolean => READS.test(text);

/** Files that read wall time and are not named. */
export function unnamedReaders(named: WallTimes, house: readonly Source[]): string[] {
  return house.filter((source) => reads(source) && named[source.file] === undefined).map(({ file }) => file);
}

/** Files that are named and do not read it, or are not there. */
export function idleReaders(named: WallTimes, house: readonly Source[]): string[] {
  const reading = new Set(house.filter(reads).map(({ file }) => file));
  return Object.keys(named).filter((file) => !reading.has(file));
}

const DATES_ENTRIES = 'the time that entries bear';
const WITHIN_A_CALL = 'a time of the log: how far off it is, never less than since the call’s newest entry';

export const WALL_TIMES: WallTimes = {
  'src/base/look-back.ts': 'both clocks, to find what is dated by the wall',
  'src/composition/system-clock.ts': 'this machine’s',
  'src/composition/log-awaited.ts': 'the hour that a stream is registered under',
  'src/composition/store-clock.ts': 'this machine’s, until the store has told its own, and how far it is off',
  'src/console/routes/member.ts': 'what time it is where the member is',
  'src/console/assets/idle.js': 'how long nobody had a hand on the page, though the machine slept meanwhile',
  'src/console/routes/audit/review.ts': 'which month is over',
  'src/console/routes/today.ts': 'which day it is, and since when somebody was away',
  'src/console/assets/live.js': 'since when a page is not live, told to whoever reads it',
  'src/composition/doctor.ts': 'the difference to ACS’s clock',
  'src/console/routes/quarantine.ts': 'what had arrived when a page was made, by the times that arrivals bear',
  'src/app/showing/scripts.ts': 'from which hour of the register on to look again',
  'src/app/call-engine.ts': DATES_ENTRIES,
  'src/app/recording/recorder.ts': 'hands the clock on',
  'src/app/inbox/inbox.ts': DATES_ENTRIES,
  'src/app/inbox/grid-router.ts': DATES_ENTRIES,
  'src/app/inbox/grid-delivery.ts': DATES_ENTRIES,
  'src/app/inbox/quarantine.ts':
    'the time that entries bear, and the days whose streams are read, with the one to come',
  'src/app/inbox/waiting-index.ts':
    'the days whose streams are read, with the one to come, and what has expired by now',
  'src/app/watching/overdue.ts': WITHIN_A_CALL,
  'src/app/watching/open-calls.ts': 'from which hour of the register on open calls are looked for',
  'src/adapters/places/tables.ts': 'the time by which all go that share a row',
  'src/app/requests/help.ts': DATES_ENTRIES,
  'src/app/inbox/reroute.ts': 'how old an event is when it begins to wait here',
  'src/app/recording/call-time.ts': 'whether the clock was set back within a call',
  'src/app/requests/cancel.ts': DATES_ENTRIES,
  'src/app/requests/abandoned.ts': 'an opening that lies a minute back, or ahead after the clock was set, is abandoned',
  'src/app/requests/initiate.ts': 'the time that entries bear, and how far off an opening is, on either side',
  'src/app/sending/dispatcher.ts': 'the time that entries bear, and the wait until it is too late, once',
  'src/app/watching/catch-up.ts': 'never from later than now',
  'src/app/watching/clock-watch.ts': 'tells when it was set',
  'src/app/watching/deadlines.ts': WITHIN_A_CALL,
  'src/app/watching/reminders.ts': WITHIN_A_CALL,
  'src/app/watching/visit.ts': WITHIN_A_CALL,
  'src/audit/sessions/sessions.ts':
    'the time that entries bear, when a session ends by itself, and in which months those are that go on',
  'src/audit/sessions/session-streams.ts':
    'when a session ends by itself, and the hour that a stream is registered under',
  'src/console/signed-in.ts': 'how long ago somebody had a hand on the console, as a cookie tells every instance',
  'src/console/begin-session.ts': 'the same, of whoever has just signed in',
  'src/identity/open-id.ts': 'how long ago a sign-in was begun, as a cookie tells every instance',
  'src/audit/access/recorder.ts': DATES_ENTRIES,
  'src/audit/access/refusals.ts': 'the times that an entry names',
  'src/composition/verification.ts': 'what is older than two intervals should be covered by a checkpoint',
  'src/audit/verify/night.ts': 'dates results, and names the night; the log says whether it was begun',
  'src/audit/verify/one-call.ts':
    'what is older than two intervals should be covered, and rows are late after a minute',
  'src/audit/verify/service.ts': 'begins at an hour of the night; which days others may have verified on',
  'src/composition/nightly.ts': 'hands the clock on',
  'src/audit/access/projector.ts': 'up to when the register was read, with two days to spare',
  'src/audit/checkpoints/heads.ts': 'the hour that a stream is registered under',
  'src/audit/checkpoints/steps.ts': 'the time that entries and batches bear',
  'src/audit/export/exports.ts': 'the time that entries bear, and the end of a period that has none',
  'src/audit/replay/requests.ts': DATES_ENTRIES,
  'src/audit/disclosures/disclosures.ts': 'the time that entries bear, the end of a period, and which day it is',
  'src/audit/evidence/evidence.ts': 'the time that entries bear, the end of a period, and which months are over',
  'src/audit/replay/replays.ts': 'hands the clock on',
  'src/identity/token-checker.ts': 'tokens expire by wall time; keys are renewed by the monotonic clock',
  'src/identity/entra-staff.ts': 'hands the clock on',
  'src/identity/event-grid.ts': 'hands the clock on',
  'src/adapters/telephony/acs.ts': 'when a request was made, and an answer that gives a date',
  'src/doctor/acs.ts': 'when a request was made',
  'src/composition/sealed-stores.ts': 'when it was started; hands the clock on',
  'src/composition/callback-keys.ts': 'for how long a replaced key is honoured',
  'src/composition/stores.ts': 'when a file was set aside',
  'src/witness/witness.ts': 'the time that its signatures bear',
  'src/cli/commands/rebuild.ts': 'when a file was set aside',
  'src/composition/command-audit.ts': 'up to when the register was read; when a file was set aside',
  'src/cli/demo/run.ts': 'what people see',
  'src/cli/commands/keys.ts': 'when a key was replaced',
  'src/cli/commands/serve.ts': 'what people see',
  'src/cli/commands/simulator.ts': 'what people see',
  'src/simulator/clock/clock.ts': 'the simulator’s own',
  'src/simulator/clock/timers.ts': 'tokens, signatures and the times of events; its timers do without',
};
