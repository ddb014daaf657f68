import type { CallApp } from '../../src/app/api.ts';
import type { QuarantineItem } from '../../src/domain/inbox/quarantine.ts';

/** All that waits in the quarantine. */
export async function inQuarantine(app: Pick<CallApp, 'quarantined'>): Promise<readonly QuarantineItem[]> {
  return (await app.quarantined({ limit: 1_000 })).items;
}
