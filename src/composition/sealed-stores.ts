import type { Logger } from 'pino';
import type { Replaced } from '../../projections/sqlite/place.ts';
import { keepHeads } from '../audit/checkpoints/heads.ts';
import { createVerifications } from '../audit/verify/service.ts';
import type { Config } from '../config/config.ts';
import { openCheckpoints } from './checkpoints.ts';
import type { Closer } from './closers.ts';
import { randomIds } from './ids.ts';
import { logAwaited, scriptAwaited } from './log-awaited.ts';
import type { Time } from './store-clock.ts';
import { openStores } from './stores.ts';
import { verifyOwn } from './verification.ts';

export type Parts = Pick<Time, 'clock' | 'heardDate'> & { readonly logger: Logger; readonly publicBaseUrl: string };

type Awaiting = Parameters<typeof logAwaited>[0] & { readonly config: Config };

/** The stores, as soon as the log takes what is written at every start. */
export async function openWhenUsable(awaiting: Awaiting, parts: Parts, closers: Closer[]) {
  const { isPublished } = await logAwaited(awaiting);
  const opened = await openSealedStores(awaiting.config, parts, closers);
  if (!isPublished) await scriptAwaited(awaiting, opened.stores.log);
  return opened;
}

/** The stores, whose log remembers all that is appended through it, and the checkpoints over that. */
async function openSealedStores(config: Config, parts: Parts, closers: Closer[]) {
  const { clock, logger, publicBaseUrl, heardDate } = parts;
  const onReplaced = (replaced: Replaced): void => logger.error(replaced, 'a new file of read models was begun');
  const onLongWork = (words: string): void => logger.info(words);
  const opened = await openStores(config, { now: clock.now, onReplaced, onLongWork, heardDate });
  closers.push({ what: 'stores', close: opened.close });
  // Whatever this process appends goes through this log, or nobody vouches for it.
  const { log, heads } = keepHeads(opened.log, clock);
  const process = { id: randomIds.uuid(), startedAt: new Date(clock.now()).toISOString() };
  const checkpoints = await openCheckpoints(config, { log, heads, publicBaseUrl, process, clock, journal: logger });
  closers.push({ what: 'checkpoints', close: checkpoints.close });
  const verifications = createVerifications({
    log,
    clock,
    process: process.id,
    journal: logger,
    verify: (since, onProgress) => verifyOwn(config, { since, onProgress }),
  });
  closers.push({ what: 'verification', close: async () => verifications.close() });
  return { stores: { ...opened, log }, checkpoints, verifications };
}
