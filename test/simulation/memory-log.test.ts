import { contract } from '../log/contract.ts';
import { createMemoryLog } from './memory-log.ts';

contract({
  name: 'memory',
  open: async () => ({ log: createMemoryLog(), cleanup: async () => {} }),
});
