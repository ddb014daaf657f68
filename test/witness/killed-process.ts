import { readFileSync } from 'node:fs';
import { createCheckpointFolder } from '../../src/adapters/checkpoints/folder.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { COSIGNATURE, signerOf } from '../../src/tlog/keys.ts';
import { readLogs } from '../../src/witness/logs.ts';
import { buildWitness } from '../../src/witness/server.ts';

/** A witness that dies, learning nothing of it, `before` or `after` it has kept what it is about to sign. */
const [folder = '', logs = '', when] = process.argv.slice(2);

const die = (): void => void process.kill(process.pid, 'SIGKILL');
const objects = createCheckpointFolder(folder);
const server = buildWitness({
  signer: signerOf('witness.example/killed', Buffer.alloc(32, 8), COSIGNATURE),
  logs: readLogs(readFileSync(logs, 'utf8')),
  clock: systemClock,
  troubled: () => {},
  objects: {
    ...objects,
    async create(name, bytes) {
      if (when === 'before') die();
      const created = await objects.create(name, bytes);
      if (when === 'after') die();
      return created;
    },
  },
});
process.stdout.write(`${await server.listen({ host: '127.0.0.1', port: 0 })}\n`);
