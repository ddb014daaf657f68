import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createCheckpointFolder } from '../adapters/checkpoints/folder.ts';
import type { Clock } from '../base/clock.ts';
import { keysMadeIn } from '../config/key-file.ts';
import { readTextFile } from '../config/text-file.ts';
import { makeFolder } from '../files/private.ts';
import { COSIGNATURE, freshSeed, signerOf } from '../tlog/keys.ts';
import { readLogs } from '../witness/logs.ts';
import { buildWitness } from '../witness/server.ts';
import { systemClock } from './system-clock.ts';

export type WitnessOptions = {
  /** Holds its key and everything that it has signed. */
  readonly dir: string;
  /** A file of verifier lines: the logs that it knows. */
  readonly logs: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Of its key, when that is made; absent: this machine's name, and some random digits. */
  readonly name?: string;
  readonly troubled: (code: string) => void;
  readonly clock?: Clock;
};

export type RunningWitness = {
  readonly url: string;
  /** The line by which logs and auditors know its signatures. */
  readonly verifierLine: string;
  close(): Promise<void>;
};

/** @throws WitnessError WITNESS_BAD_LOGS, ConfigError for a file that is none, TypeError for a name that no key may have */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { dir, host, port, troubled, clock = systemClock } = options;
  const logs = readLogs(readTextFile(options.logs));
  makeFolder(dir);
  const name = options.name ?? `${hostname()}/callistra-witness/${randomBytes(4).toString('hex')}`;
  const signer = keysMadeIn(join(dir, 'witness.key'), () => signerOf(name, freshSeed(), COSIGNATURE)).at(-1)!;
  const objects = createCheckpointFolder(join(dir, 'seen'));
  const server = buildWitness({ signer, logs, objects, clock, troubled });
  const url = await server.listen({ host, port });
  return { url, verifierLine: signer.line, close: () => server.close() };
}
