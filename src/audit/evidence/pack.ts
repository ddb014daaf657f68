import type { Evidence, EvidenceLook, ListedDisclosure } from './api.ts';
import { controlsOf } from './controls.ts';
import { csvOf } from './csv.ts';
import { accessReviewOf, checkpointsPage, controlsPage, readmeOf } from './papers.ts';
import { sha256 } from './review.ts';

/** The files of a pack by their path in it, in the order in which they are written: the manifest is the last. Pure. */
export function packOf(evidence: Evidence, looks: readonly EvidenceLook[]): ReadonlyMap<string, string> {
  const { verification, checkpoint, scripts, starts, disclosures } = evidence;
  const files = new Map<string, string>([
    ['README.md', readmeOf(evidence)],
    ['verification.json', json({ verification, verifications: evidence.verifications })],
    ['checkpoints.txt', checkpointsPage(evidence)],
    ['access.csv', accessCsv(looks)],
    ['access-review.md', accessReviewOf(evidence)],
    ['disclosures.csv', disclosuresCsv(disclosures)],
    ['settings.json', json(starts)],
    ['controls.md', controlsPage(controlsOf(evidence))],
  ]);
  if (checkpoint !== null) files.set('checkpoint.note', checkpoint);
  for (const { hash, text } of scripts) files.set(`scripts/${hash}.json`, text);
  const told = scripts.map(({ text: _, ...script }) => script);
  files.set('scripts/index.json', json(told));
  files.set('manifest.txt', [...files].map(([name, text]) => `${sha256(text)}  ${name}\n`).join(''));
  return files;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function accessCsv(looks: readonly EvidenceLook[]): string {
  const head = ['time', 'actor', 'kind', 'roles', 'action', 'purpose', 'reason', 'calls', 'members', 'turned away'];
  return csvOf(
    [...head, 'address', 'request', 'stream', 'entry'],
    looks.map((look) => {
      const { at, actor, kind, roles, action, purpose, reason, calls, members, refused } = look;
      const { address, requestId, stream, version } = look;
      const what = [at, actor, kind, roles.join(' '), action, purpose, reason, calls, members, refused];
      return [...what, address, requestId, stream, version];
    }),
  );
}

function disclosuresCsv(disclosures: readonly ListedDisclosure[]): string {
  const head = ['date', 'recipient', 'address', 'what', 'purpose', 'members', 'first members', 'suspended for'];
  return csvOf(
    [...head, 'export', 'whole', 'stream', 'entry'],
    disclosures.map((one) => {
      const { date, recipient, what, purpose, members, memberIds, suspended, exportId, isWhole, source } = one;
      const whom = [date, recipient.name, recipient.address, what, purpose, members, memberIds.join(' '), suspended];
      return [...whom, exportId, isWhole ? 'yes' : 'no', source.stream, source.version];
    }),
  );
}
