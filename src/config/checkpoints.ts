import { readSigner, readVerifier } from '../tlog/keys.ts';
import { isSafeAddress } from './connection-strings.ts';
import { parseUrl, type Reading, readEndpoint, readList, readNumber, refuseBoth } from './values.ts';

/** How the log is vouched for. */
export type CheckpointsConfig = {
  readonly everyMs: number;
  /** Of the tree; null: in the data directory. */
  readonly dir: string | null;
  /** A blob container instead of a folder; with a signature in its query, or reached with the managed identity. */
  readonly containerUrl: string | null;
  /** Secret lines, oldest first; null: kept in a file of the data directory. */
  readonly key: string | null;
  /** What a key is called that is made here; null: by the public address and some random digits. */
  readonly origin: string | null;
  readonly witnesses: readonly WitnessConfig[];
};

/** `verifierKey`: the line that the witness prints. */
export type WitnessConfig = { readonly url: string; readonly verifierKey: string };

export function readCheckpoints(reading: Reading): CheckpointsConfig {
  const { value } = reading;
  refuseBoth(reading, 'CHECKPOINT_DIR', 'CHECKPOINT_CONTAINER_URL');
  return {
    everyMs: readNumber(reading, 'CHECKPOINT_EVERY', 300, { least: 10, most: 3_600 }) * 1_000,
    dir: value('CHECKPOINT_DIR'),
    containerUrl: readContainer(reading),
    key: readKey(reading),
    origin: readOrigin(reading),
    witnesses: readWitnesses(reading),
  };
}

function readContainer(reading: Reading): string | null {
  const url = readEndpoint(reading, 'CHECKPOINT_CONTAINER_URL');
  if (url !== null && new URL(url).pathname.length < 2)
    reading.problems.push('CHECKPOINT_CONTAINER_URL: must end in the name of a container');
  return url;
}

/** What it holds is never quoted. */
function readKey({ value, problems }: Reading): string | null {
  const text = value('CHECKPOINT_KEY');
  if (text === null) return null;
  const signers = text.split(/[\s,]+/).map(readSigner);
  if (signers.includes(null)) problems.push('CHECKPOINT_KEY: must be a line of the form PRIVATE+KEY+name+id+key');
  else if (new Set(signers.map((signer) => signer?.name)).size > 1)
    problems.push('CHECKPOINT_KEY: keys that follow each other bear one name');
  return text;
}

function readOrigin({ value, problems }: Reading): string | null {
  const origin = value('CHECKPOINT_ORIGIN');
  if (origin !== null && !/^(?!.*:\/\/)[a-zA-Z0-9][a-zA-Z0-9.:/_-]{2,199}$/.test(origin))
    problems.push('CHECKPOINT_ORIGIN: must be a URL without its scheme, such as calls.example.org/callistra');
  return origin;
}

function readWitnesses(reading: Reading): WitnessConfig[] {
  return readList(reading, 'CHECKPOINT_WITNESSES').flatMap((item, index) => {
    const [address = '', verifierKey = '', ...more] = item.split(/\s+/);
    const url = parseUrl(address);
    if (url && isSafeAddress(url.href) && readVerifier(verifierKey) && more.length === 0)
      return [{ url: url.href, verifierKey }];
    reading.problems.push(
      `CHECKPOINT_WITNESSES, entry ${index + 1}: must be an https address, a space and the verifier key that the witness prints`,
    );
    return [];
  });
}
