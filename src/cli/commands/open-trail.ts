import { createDisclosures } from '../../audit/disclosures/disclosures.ts';
import { looksFrom } from '../../audit/replay/looks.ts';
import { createReplays } from '../../audit/replay/replays.ts';
import { type CommandLook, openCommandAudit } from '../../composition/command-audit.ts';
import { randomIds } from '../../composition/ids.ts';
import { PROVIDERS } from '../../composition/providers.ts';
import { openMembers, openReadModels, type StoreConfig } from '../../composition/stores.ts';
import { systemClock } from '../../composition/system-clock.ts';
import type { Trail } from './trail.ts';
import { trailHere } from './trail-here.ts';

type Opening = {
  readonly stores: StoreConfig;
  readonly whatFor: Pick<CommandLook, 'purpose' | 'reason'>;
  /** Names of people by their ids, where no server knows them. */
  readonly staffNames: ReadonlyMap<string, string>;
};

/**
 * The trail of the stores on this machine, whose looks are those of whoever is logged in here.
 * @throws LogError LOG_IN_USE: a server has it, and is to be asked instead
 */
export async function openTrail({ stores, whatFor, staffNames }: Opening): Promise<Trail & { close(): Promise<void> }> {
  const audit = await openCommandAudit(stores);
  const opened: { close(): Promise<void> }[] = [audit];
  const close = async (): Promise<void> => {
    for (const part of opened.splice(0).reverse()) await part.close();
  };
  try {
    const readStore = await openReadModels(stores);
    opened.push(readStore);
    const members = await openMembers(stores);
    opened.push(members);
    const { log, actor, looks } = audit;
    const replays = createReplays({
      log,
      readStore,
      members,
      providers: PROVIDERS,
      clock: systemClock,
      ids: randomIds,
      looksOf: looksFrom(looks),
      staffName: (name) => staffNames.get(name) ?? null,
    });
    const disclosures = createDisclosures({ log, readStore, members, looks, clock: systemClock, ids: randomIds });
    const look = (shown: CommandLook) => audit.look({ ...shown, ...whatFor });
    return { ...trailHere({ replays, disclosures, actor, look }), close };
  } catch (error) {
    await close();
    throw error;
  }
}
