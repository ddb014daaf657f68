import { CodedError } from '../base/coded-error.ts';
import { readVerifier, type Verifier } from '../tlog/keys.ts';

/** WITNESS_BAD_LOGS: the file of the logs cannot be used. WITNESS_DAMAGED: what was kept is not what was signed. */
export class WitnessError extends CodedError<'WITNESS_BAD_LOGS' | 'WITNESS_DAMAGED'> {
  override readonly name = 'WitnessError';
}

/** By origin, the keys that may sign its checkpoints: more than one while a key is exchanged. */
export type Logs = ReadonlyMap<string, readonly Verifier[]>;

/**
 * Reads which logs a witness knows: a verifier line each. Empty lines and those that begin with # are passed over.
 * @throws WitnessError WITNESS_BAD_LOGS which names the line
 */
export function readLogs(text: string): Logs {
  const logs = new Map<string, Verifier[]>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const verifier = readVerifier(line);
    if (!verifier) throw new WitnessError('WITNESS_BAD_LOGS', `line ${index + 1} of the logs is no verifier key`);
    logs.set(verifier.name, [...(logs.get(verifier.name) ?? []), verifier]);
  }
  if (logs.size === 0) throw new WitnessError('WITNESS_BAD_LOGS', 'no log is named: a witness of nothing is of no use');
  return logs;
}
