import { statSync } from 'node:fs';
import type { ExportAnchors, OnProgress } from '../../audit/export/check/check.ts';
import { EXPORT_FINDING_WORDS, type ExportCheck } from '../../audit/export/check/findings.ts';
import { readTextFile } from '../../config/text-file.ts';
import { readVerifier } from '../../tlog/keys.ts';
import { readPolicy } from '../../tlog/policy.ts';
import { checkFile } from '../check/check-file.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

export type VerifyExportOptions = {
  readonly export: string;
  /** A verifier line, or a file that holds one. */
  readonly key?: string;
  readonly policy?: string;
  readonly json: boolean;
};

/** Checks an export by itself: without database, log or network. */
export async function verifyExport(options: VerifyExportOptions, output: Output): Promise<ExitCode> {
  let anchors: ExportAnchors;
  let size: number;
  try {
    anchors = anchorsOf(options);
    const file = statSync(options.export);
    if (file.isDirectory()) throw new TypeError(`${options.export} is a folder`);
    ({ size } = file);
  } catch (error) {
    output.note(error instanceof Error ? error.message : String(error));
    return EXIT.cannotRun;
  }
  const onProgress: OnProgress = ({ entries, bytes }) =>
    output.progress(`${entries} entries, ${Math.floor((100 * bytes) / Math.max(1, size))} %`);
  const check = await checkFile(options.export, anchors, { onProgress });
  output.progress('');
  if (options.json) output.json(check);
  else tell(check, anchors, output);
  return check.findingCount === 0 ? EXIT.ok : EXIT.finding;
}

/** @throws TypeError, and what reading a file throws */
function anchorsOf({ key, policy }: VerifyExportOptions): ExportAnchors {
  const trusted = policy === undefined ? null : readPolicy(readTextFile(policy));
  const given = key === undefined ? undefined : (readVerifier(key) ?? readVerifier(readTextFile(key)));
  const verifier = given ?? trusted?.logs[0];
  if (!verifier) throw new TypeError('--key takes the verifier key of the log, from elsewhere than the export');
  return { key: verifier, witnesses: trusted?.witnesses ?? [], quorum: trusted?.quorum ?? 0 };
}

function tell(check: ExportCheck, { key, witnesses }: ExportAnchors, output: Output): void {
  const { about, totals, findings, findingCount, notes, checkpoint, cosignedBy } = check;
  if (about) {
    const { recipient, purpose, at, by, exportId } = about;
    output.line(`export ${exportId} for ${recipient.name} (${purpose}), ${at}, by ${by}`);
    output.line(`of ${scopeInWords(about.scope)}, as it was at the checkpoint of ${checkpoint?.size} heads`);
  }
  for (const { line, kind, detail } of findings) {
    output.line(`${line > 0 ? `line ${line}: ` : ''}${EXPORT_FINDING_WORDS[kind]} (${detail})`);
  }
  for (const note of notes) output.line(`note: ${note}`);
  const { calls, entries, streams, withheld, left } = totals;
  output.line(
    `${calls} calls, ${entries} entries in ${streams} streams, ${withheld} withheld, ${left} streams left out; ${findingCount} findings`,
  );
  if (findingCount > 0) {
    output.line('It is refused: it does not prove what it holds.');
    return;
  }
  const others = witnesses.length > 0 ? `; ${cosignedBy.length} of ${witnesses.length} witnesses have signed` : '';
  output.line(`It rests on the key of ${key.name} that you gave${others}.`);
}

function scopeInWords(scope: NonNullable<ExportCheck['about']>['scope']): string {
  if (scope.is === 'call') return `call ${scope.callSessionId}`;
  if (scope.is === 'member') return `member ${scope.memberId}`;
  return `calls begun from ${scope.from} to ${scope.to}`;
}
