import type { HealthProblem } from '../../app/api.ts';

/** What to do next about each problem; `href`: where in the console. */
export type NextStep = { readonly words: string; readonly href?: string };

const STUCK = '/console/operations#stuck';

/** One for every problem that there can be. */
export const NEXT_STEPS: Readonly<Record<HealthProblem, NextStep>> = {
  LOG_UNAVAILABLE: { words: 'Mend what it names. The server tries every 5 seconds and comes back by itself.' },
  LOG_BEHIND: {
    words: 'Run callistra verify, which names the streams, and put back what is missing; then callistra rebuild.',
  },
  DISK_LOW: { words: 'Make room on the disk of the data directory. Calls that are up go on to their end.' },
  READ_MODELS_BEHIND: { words: 'Look whether the database answers; the rows follow by themselves when it does.' },
  DIALLING_PAUSED: {
    words: 'Nothing, if it says that one call is tried again; else mend what it names. Calls wait in their line.',
    href: '/console/operations#dialling',
  },
  QUARANTINE: {
    words: 'Release what is of a call that is known by now, and discard what is not ours.',
    href: '/console/operations/quarantine',
  },
  NOTICES_UNPUBLISHED: {
    words: 'Look at the topic of Event Grid and our right to it. Nothing is lost: it is told later.',
  },
  REMINDERS_UNHEARD: {
    words: 'Look at the storage queue and our right to it. Calls of this instance are watched over.',
  },
  READ_MODELS_DAMAGED: { words: 'Look into the disk. The rows are made again from the log by themselves.' },
  MEMBERS_DAMAGED: { words: 'Import the members again, or put a copy of the file back.' },
  CALL_WITHOUT_ROW: {
    words: 'Run callistra verify, which says what is wrong with its stream; then callistra rebuild.',
  },
  CALL_OF_LATER_RELEASE: { words: 'Start that release again, and the call goes on.', href: STUCK },
  EVENTS_CONTRADICT: { words: 'Compliance replays the calls; ask the provider why one event came as two.' },
  CALLER_REFUSED: { words: 'Ask the provider whether the number is marked as spam, and call less from it meanwhile.' },
  CALL_PARKED: { words: 'Check it, which tries it again; if that does not help, close it.', href: STUCK },
  CHECKPOINT_FORK: {
    words: 'Do not restart. Run callistra verify and keep its report; then callistra audit reopen --reason.',
  },
  CHECKPOINT_LATE: {
    words: 'Mend what keeps checkpoints from being made; the next one covers all. Do not stop instances.',
  },
  CHECKPOINT_TROUBLE: { words: 'Mend what it names; the next checkpoint covers all. Do not stop instances before.' },
  LOG_ALTERED: { words: 'Tell Compliance. Run callistra verify, keep its report, and touch nothing.' },
  CALLS_SIMULATED: { words: 'Take SIMULATOR out of the settings where people should be called.' },
  SIGNING_KEYS_UNAVAILABLE: {
    words: 'Look whether this server reaches the address of the keys; it asks again by itself.',
  },
  ROWS_NOT_SHARED: { words: 'Give all instances one database, or run one. Each shows its own calls first meanwhile.' },
  CLOCK_OFF: { words: 'Have the clock of this machine set right. Calls go by the storage’s time meanwhile.' },
  API_KEYS_DAMAGED: { words: 'Put the file of API keys back. The keys that were in it stay in force.' },
};
