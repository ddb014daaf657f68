import type { Journal } from '../app/ports.ts';
import { createQuestionnaires, publishedAs } from '../app/recording/questionnaires.ts';
import type { Clock } from '../base/clock.ts';
import { inTime } from '../base/time-limit.ts';
import type { Config } from '../config/config.ts';
import type { Questionnaire } from '../domain/questionnaire/questionnaire.ts';
import { type CallEventLog, LogError, type LogErrorCode } from '../log/port.ts';
import { openLog, type StoreConfig } from './stores.ts';
import { openWaitingRoom, type WaitingRoom } from './waiting-room.ts';

type Awaiting = {
  readonly config: StoreConfig & Pick<Config, 'host'>;
  readonly port: number;
  /** Is published at the start anyway, so that its name may be on the register. */
  readonly questionnaire: Questionnaire;
  readonly clock: Clock;
  readonly journal: Journal;
};

/** Hears what time the log's store says it is: before anything is dated by that. */
type HeardDate = { readonly heardDate: ((date: string) => void) | undefined };

const RETRY_MS = 5_000;

/**
 * Waits until a log on Azure can be read and added to. Storage may be away, and a role assignment takes up to half an hour to arrive
 * (learn.microsoft.com, Troubleshoot Azure RBAC): a process that ends would be started again and again, ever more seldom, and
 * would say nothing meanwhile.
 * @returns whether the script stands in it; until then nothing can show that entries are taken but writing one
 * @throws what is no outage
 */
export async function logAwaited(awaiting: Awaiting & HeardDate): Promise<{ readonly isPublished: boolean }> {
  if (!awaiting.config.tables) return { isPublished: true };
  return awaited(awaiting, () => tried(awaiting));
}

/** Publishes the script in the log through which this process writes, and waits until that takes it. @throws what is no outage */
export async function scriptAwaited(awaiting: Awaiting, log: CallEventLog): Promise<void> {
  const { questionnaire, clock } = awaiting;
  await awaited(awaiting, () => createQuestionnaires(log).publish(questionnaire, new Date(clock.now())));
}

async function awaited<T>({ config, port, clock, journal }: Awaiting, task: () => Promise<T>): Promise<T> {
  let room: WaitingRoom | null = null;
  try {
    for (let told: string | null = null; ; ) {
      const answer = await task().then((value) => ({ value }), outage);
      if ('value' in answer) {
        if (told !== null) journal.info({}, 'the log can be used; the start goes on');
        return answer.value;
      }
      const { reason } = answer;
      if (reason !== told) {
        const code = 'LOG_UNAVAILABLE';
        journal.error({ code, reason }, 'the log cannot be used yet: the server waits for it, and is not ready');
      }
      told = reason;
      room ??= await openWaitingRoom(config.host, port);
      await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
    }
  } finally {
    await room?.close();
  }
}

/** Why the log cannot be used, in words. @throws what is no outage */
function outage(error: unknown): { readonly reason: string } {
  if (error instanceof LogError && OUTAGES.includes(error.code) && !error.hopeless) return { reason: error.message };
  throw error;
}

/** What is asked is the same however often it was done. */
const OUTAGES: readonly LogErrorCode[] = ['LOG_UNAVAILABLE', 'LOG_UNKNOWN_OUTCOME'];

async function tried({ config, questionnaire, clock, heardDate }: Awaiting & HeardDate) {
  const { stream } = publishedAs(questionnaire);
  const log = await openLog(config, 'write', heardDate);
  try {
    const isPublished = (await log.read(stream)).length > 0;
    await log.register(stream, new Date(clock.now()));
    if (isPublished) await log.probe(stream);
    return { isPublished };
  } finally {
    await inTime(log.close(), RETRY_MS);
  }
}
