import { type KeyConfig, keysAt, nextKey } from '../../composition/checkpoint-keys.ts';
import { replaceKeys } from '../../config/key-file.ts';
import { writeNew } from '../../files/private.ts';
import { freshSeed, type Signer, secretLine, signerOf } from '../../tlog/keys.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

/** Prints the verifier line of each key, oldest first. */
export function printKeys(config: KeyConfig, { json }: { readonly json: boolean }, output: Output): ExitCode {
  const { signers, from } = keysAt(config);
  if (!signers) return noKey(from, output);
  if (json) output.json({ keys: signers.map(({ line }) => line) });
  else for (const { line } of signers) output.line(line);
  if (signers.length > 1) output.note(`Oldest first: the last one follows the others, or has. They are from ${from}.`);
  return EXIT.ok;
}

/** Makes a first key, for a setting. @throws TypeError for a name that no key may have */
export function makeKey({ origin, out }: { readonly origin: string; readonly out: string }, output: Output): ExitCode {
  const key = signerOf(origin, freshSeed());
  writeSecrets(out, [key]);
  output.line(key.line);
  output.note(`CHECKPOINT_KEY is what ${out} holds; give the line above to auditors and witnesses.`);
  return EXIT.ok;
}

function writeSecrets(file: string, keys: readonly Signer[]): void {
  writeNew(file, keys.map((key) => `${secretLine(key)}\n`).join(''));
}

/** Makes the next key and puts it beside those that there are. */
export function rotateKeys(config: KeyConfig, { out }: { readonly out?: string }, output: Output): ExitCode {
  const { signers, from, isSetting } = keysAt(config);
  if (!signers) return noKey(from, output);
  const next = nextKey(signers);
  const keys = [...signers, next];
  if (!isSetting) {
    replaceKeys(from, keys);
    return told(next, [`The server exchanges the key with its next checkpoint: both are in ${from}.`], output);
  }
  if (out === undefined) {
    output.note('CHECKPOINT_KEY is set, and a secret is not printed: name a new file for its next value with --out');
    return EXIT.cannotRun;
  }
  writeSecrets(out, keys);
  return told(next, stepsFor(out), output);
}

/** Who lacks the key in force signs nothing, and the first instance that has both exchanges. */
function stepsFor(out: string): readonly string[] {
  return [
    `1. Set CHECKPOINT_KEY of every instance to what ${out} holds: both keys, with a comma between.`,
    '   The first instance that has both exchanges them; those that lack the new one sign nothing until they have it.',
    '   So restart all of them together, or accept that checkpoints come from the new ones alone for so long.',
    '2. When a checkpoint is signed with the new key, the old one may be taken out of the setting.',
    `3. Remove ${out}.`,
  ];
}

function told({ line }: Signer, steps: readonly string[], output: Output): ExitCode {
  output.line(line);
  for (const step of steps) output.note(step);
  output.note(
    'Give this line to auditors, and to every witness before the exchange: it refuses a key that it does not know.',
  );
  return EXIT.ok;
}

function noKey(from: string, output: Output): ExitCode {
  output.note(`There is no key yet: a server makes ${from} at its first start`);
  return EXIT.cannotRun;
}
