import type { Journal } from '../app/ports.ts';
import { publishedAs } from '../app/recording/questionnaires.ts';
import type { Clock } from '../base/clock.ts';
import { inTime } from '../base/time-limit.ts';
import type { Config } from '../config/config.ts';
import type { Questionnaire } from '../domain/questionnaire/questionnaire.ts';
import { LogError } from '../log/port.ts';
import { openLog, type StoreConfig } from './stores.ts';
import { openWaitingRoom, type WaitingRoom } from './waiting-room.ts';

type Awaiting = {
  readonly config: StoreConfig & Pick<Config, 'host'>;
  readonly port: number;
  /** Is published at the start anyway, so that its name may be on the register. */
  readonly questionnaire: Questionnaire;
  readonly clock: Clock;
  /** Hears what time the log's store says it is: before anything is dated by that. */
  readonly heardDate: ((date: string) => void) | undefined;
  readonly journal: Journal;
};

const RETRY_MS = 5_000;

/**
 * Waits until a log on Azure can be read and added to. Storage may be away, and a role assignment takes up to half an hour to arrive
 * (learn.microsoft.com, Troubleshoot Azure RBAC): a process that ends would be started again and again, ever more seldom, and
 * would say nothing meanwhile.
 * @throws what is no outage
 */
export async function logAwaited(awaiting: Awaiting): Promise<void> {
  if (!awaiting.config.tables) return;
  let room: WaitingRoom | null = null;
  try {
    for (let told: string | null = null; ; ) {
      const reason = await outage(awaiting);
      if (reason === null) {
        if (told !== null) awaiting.journal.info({}, 'the log can be used; the start goes on');
        return;
      }
      if (reason !== told) {
        const code = 'LOG_UNAVAILABLE';
        awaiting.journal.error(
          { code, reason },
          'the log cannot be used yet: the server waits for it, and is not ready',
        );
      }
      told = reason;
      room ??= await openWaitingRoom(awaiting.config.host, awaiting.port);
      await new Promise<void>((resolve) => void awaiting.clock.after(RETRY_MS, resolve));
    }
  } finally {
    await room?.close();
  }
}

/** Why the log cannot be used, in words; null: it can. */
async function outage({ config, questionnaire, clock, heardDate }: Awaiting): Promise<string | null> {
  const { stream } = publishedAs(questionnaire);
  try {
    const log = await openLog(config, 'write', heardDate);
    try {
      const isPublished = (await log.read(stream)).length > 0;
      await log.register(stream, new Date(clock.now()));
      if (isPublished) await log.probe(stream);
    } finally {
      await inTime(log.close(), RETRY_MS);
    }
    return null;
  } catch (error) {
    if (error instanceof LogError && error.code === 'LOG_UNAVAILABLE' && !error.hopeless) return error.message;
    throw error;
  }
}
