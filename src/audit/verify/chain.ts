import { EMPTY_HEAD, type Entry, type Head } from '../../domain/entries.ts';
import { hashEntry } from '../../log/hash-chain.ts';
import type { Finding } from './findings.ts';

/**
 * What somebody other than the log knows of a stream. A read model knows the version that it has seen, a digest kept
 * elsewhere also the hash. A chain by itself cannot show that its end was cut off or written anew.
 */
export type Witnessed = { readonly version: number; readonly hash?: string };

/** Checks the entries of one stream, given in the order in which they are stored. Pure; no findings: they are sound. */
export function verifyStream(stream: string, entries: readonly Entry[], witnessed?: Witnessed): Finding[] {
  const findings: Finding[] = [];
  let last: Head = EMPTY_HEAD;
  for (const entry of entries) {
    const { version, hash } = entry;
    if (entry.stream !== stream) {
      findings.push({ stream, version, kind: 'foreign-stream' });
      continue;
    }
    if (version <= last.version) {
      findings.push({ stream, version, kind: 'order' });
      continue;
    }
    // Behind a gap the hash before is not known; the gap says enough.
    if (version > last.version + 1) findings.push({ stream, version: last.version + 1, kind: 'gap' });
    else if (hashEntry(last.hash, stream, version, entry) !== hash) findings.push({ stream, version, kind: 'hash' });
    if (witnessed?.version === version && (witnessed.hash ?? hash) !== hash) {
      findings.push({ stream, version, kind: 'rewritten' });
    }
    last = entry;
  }
  const missing = last.version + 1;
  if ((witnessed?.version ?? 0) >= missing) findings.push({ stream, version: missing, kind: 'truncated' });
  return findings;
}
