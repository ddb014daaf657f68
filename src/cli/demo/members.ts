import { readFile } from 'node:fs/promises';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import { importMembersCsv, importSummary } from '../../members/import.ts';
import type { Output } from '../output.ts';

/** Everybody whom the demonstration calls. */
export async function importDemoMembers(stores: StoreConfig, output: Output): Promise<void> {
  const csv = await readFile(new URL('./members.csv', import.meta.url));
  output.line(importSummary(await importMembersCsv([csv], () => openMembers(stores))));
}
