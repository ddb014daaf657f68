import { rebuildReadModels } from '../../audit/rebuild.ts';
import { verifyLog } from '../../audit/verify/verify.ts';
import { PROVIDERS } from '../../composition/providers.ts';
import type { RunningServer } from '../../composition/server.ts';
import { SCENES } from './scenario.ts';

/** What can be proven after a run, one line each. */
export type Proven = { readonly text: string; readonly ok: boolean };

/** Verifies the chain, builds the read models again, and counts how often each phone rang. */
export async function gatherEvidence({ stores, simulator }: RunningServer): Promise<readonly Proven[]> {
  const verified = await verifyLog(stores.log);
  const rebuilt = await rebuildReadModels(stores.log, stores.readStore, PROVIDERS);
  const dials = SCENES.map(({ number }) => simulator?.stats().dialsByNumber[number] ?? 0);
  return [
    {
      text: `hash chain: ${verified.entries} entries in ${verified.streams} streams, ${verified.findingCount} findings`,
      ok: verified.findingCount === 0,
    },
    {
      text: `read models rebuilt from the log: ${rebuilt.sessions} calls, ${rebuilt.differences.length} differ from the live rows`,
      ok: rebuilt.differences.length === 0,
    },
    { text: 'every phone was dialled exactly once', ok: dials.every((count) => count === 1) },
  ];
}
