import { memoryStore } from '../../support/checkpoint-store.ts';
import { checkpointStoreContract } from './contract.ts';

checkpointStoreContract('memory', async () => {
  const memory = memoryStore();
  return { open: () => memory, remove: async () => {} };
});
