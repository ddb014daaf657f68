import { randomBytes } from 'node:crypto';
import { CheckpointError } from '../audit/checkpoints/errors.ts';
import type { Config } from '../config/config.ts';
import { keysIn, keysMadeIn, signersIn } from '../config/key-file.ts';
import { ConfigError } from '../config/values.ts';
import { freshSeed, type Signer, signerOf } from '../tlog/keys.ts';
import { storeFiles } from './stores.ts';

const SETTING = 'CHECKPOINT_KEY';

/** What says which keys a server signs its checkpoints with. */
export type KeyConfig = Pick<Config, 'dataDir' | 'checkpoints'>;

/** `next`: the one that is to follow; null: there is one key. */
export type CheckpointKeys = { readonly signers: readonly Signer[]; readonly next: Signer | null };

/**
 * The keys of a server, looked up anew each time that they are asked for.
 * @param publicBaseUrl names the first key, when it is made
 * @returns throws CheckpointError CHECKPOINT_KEY
 */
export function checkpointKeys(config: KeyConfig, publicBaseUrl: string): () => Promise<CheckpointKeys> {
  const { key, origin } = config.checkpoints;
  const file = storeFiles(config.dataDir).checkpointKey;
  const first = (): Signer => signerOf(origin ?? freshOrigin(publicBaseUrl), freshSeed());
  let isMade = false;

  const read = (): readonly Signer[] => {
    if (key !== null) return signersIn(key, SETTING);
    // A key that goes away while a server runs is not made anew: the tree knows the other one.
    const signers = isMade ? keysIn(file) : keysMadeIn(file, first);
    isMade = true;
    if (!signers) throw new CheckpointError('CHECKPOINT_KEY', `${file} is gone: put it back from a backup`);
    return signers;
  };

  return async () => {
    try {
      const signers = read();
      return { signers, next: signers.length > 1 ? signers.at(-1)! : null };
    } catch (error) {
      if (error instanceof ConfigError) throw new CheckpointError('CHECKPOINT_KEY', error.problems.join(', '));
      throw error instanceof CheckpointError
        ? error
        : new CheckpointError('CHECKPOINT_KEY', `${file} cannot be made: ${(error as Error).message}`, {
            cause: error,
          });
    }
  };
}

/** The keys that there are, none made. `from`: what they stand in. @throws ConfigError */
export function keysAt({ dataDir, checkpoints }: KeyConfig): {
  readonly signers: readonly Signer[] | null;
  readonly from: string;
  readonly isSetting: boolean;
} {
  const { key } = checkpoints;
  const file = storeFiles(dataDir).checkpointKey;
  if (key !== null) return { signers: signersIn(key, SETTING), from: SETTING, isSetting: true };
  return { signers: keysIn(file), from: file, isSetting: false };
}

/** A key that can follow these. */
export function nextKey(signers: readonly Signer[]): Signer {
  return signerOf(signers.at(-1)!.name, freshSeed());
}

/** A URL without its scheme, which no other log has. */
function freshOrigin(publicBaseUrl: string): string {
  return `${new URL(publicBaseUrl).host}/callistra/${randomBytes(4).toString('hex')}`;
}
