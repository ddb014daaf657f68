import { type CommandLook, openCommandAudit } from '../../composition/command-audit.ts';
import type { StoreConfig } from '../../composition/stores.ts';

/**
 * Records a look of whoever is logged in here, where no server runs.
 * @throws LogError: nothing may be shown
 */
export async function recordHere(stores: StoreConfig, shown: CommandLook): Promise<void> {
  const audit = await openCommandAudit(stores);
  try {
    await audit.look(shown);
  } finally {
    await audit.close();
  }
}
