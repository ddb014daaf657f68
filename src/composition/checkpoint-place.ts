import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CheckpointContainer } from '../adapters/checkpoints/container.ts';
import { createCheckpointFolder } from '../adapters/checkpoints/folder.ts';
import type { CheckpointStore } from '../audit/checkpoints/ports.ts';
import { azureCredential } from '../azure/credential.ts';
import { isLocalAcs } from '../config/acs.ts';
import type { Config } from '../config/config.ts';

type Place = Pick<Config, 'dataDir' | 'checkpoints'>;

/** Several instances sign one tree: what only one of them has is no key and no place for it. */
export function missingIn({ tables, checkpoints: { key, containerUrl, dir } }: Config): string | null {
  if (!tables) return null;
  const missing = [
    ...(key === null ? ['CHECKPOINT_KEY'] : []),
    ...(containerUrl === null && dir === null ? ['CHECKPOINT_CONTAINER_URL'] : []),
  ];
  return missing.length === 0 ? null : `no checkpoints are made; missing: ${missing.join(', ')}`;
}

/** @throws CheckpointError for the address of a container that can never work */
export async function openCheckpointStore(config: Place): Promise<CheckpointStore> {
  const { containerUrl } = config.checkpoints;
  return containerUrl === null ? createCheckpointFolder(checkpointFolder(config)) : openContainer(containerUrl);
}

/** The driver is loaded only where it is needed. */
export async function openContainer(url: string): Promise<CheckpointContainer> {
  const { createCheckpointContainer } = await import('../adapters/checkpoints/container.ts');
  const isSigned = new URL(url).searchParams.has('sig');
  return createCheckpointContainer(isSigned ? { url } : { url, credential: await azureCredential() });
}

export function checkpointFolder({ dataDir, checkpoints }: Place): string {
  return checkpoints.dir ?? join(dataDir, 'checkpoints');
}

/**
 * Whether the checkpoints of real calls lie on the disk of their log: one that is taken away, or written over, takes the log and
 * what vouches for it together.
 */
export function isOnDiskOfLog(config: Config): boolean {
  const { acs, tables, checkpoints, dataDir } = config;
  if (!acs || isLocalAcs(acs) || tables || checkpoints.containerUrl !== null) return false;
  return statSync(nearest(checkpointFolder(config))).dev === statSync(nearest(dataDir)).dev;
}

/** The folder, or the first above it that is there. */
export function nearest(folder: string): string {
  const path = resolve(folder);
  return statSync(path, { throwIfNoEntry: false }) ? path : nearest(dirname(path));
}
