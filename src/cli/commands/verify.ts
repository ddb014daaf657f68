import type { Anchors, RestsOn } from '../../audit/verify/tree.ts';
import type { Verification } from '../../audit/verify/verify.ts';
import { findingInWords, noteInWords } from '../../audit/verify/words.ts';
import { type VerifyConfig, verifyStores } from '../../composition/verification.ts';
import { readTextFile } from '../../config/text-file.ts';
import { readVerifier, type Verifier } from '../../tlog/keys.ts';
import { readPolicy } from '../../tlog/policy.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

export type VerifyCommandOptions = {
  readonly config: VerifyConfig;
  /** A verifier line, or a file that holds one. */
  readonly key?: string;
  /** A file that says whom to trust. */
  readonly policy?: string;
  /** Files with checkpoints that were kept. */
  readonly known: readonly string[];
  readonly json: boolean;
};

/**
 * Checks everything that the store holds, also while a server writes it: chains, the tree of checkpoints, the register, the
 * store's safeguards, rows and the records of who looked. It prints only; what a server verifies itself, or a job at night, is recorded.
 */
export async function verify(options: VerifyCommandOptions, output: Output): Promise<ExitCode> {
  const anchors = anchorsIn(options);
  if (typeof anchors === 'string') {
    output.note(anchors);
    return EXIT.cannotRun;
  }
  const startMs = performance.now();
  const report = await verifyStores(options.config, {
    anchors,
    onUnasked: output.note,
    onProgress: (progress) => output.progress(progressLine(progress, performance.now() - startMs)),
  });
  output.progress('');
  if (options.json) output.json(report);
  else tell(report, output);
  return report.findingCount === 0 && report.isWhole ? EXIT.ok : EXIT.finding;
}

/** Whom to trust, or why that cannot be read. */
function anchorsIn(options: VerifyCommandOptions): Anchors | string {
  try {
    return anchorsOf(options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function anchorsOf({ key, policy, known }: VerifyCommandOptions): Anchors {
  const trusted = policy === undefined ? null : readPolicy(readTextFile(policy));
  const fromPolicy = trusted?.logs[0] ?? null;
  return {
    key: key === undefined ? fromPolicy : verifierIn(key),
    known: known.map(readTextFile),
    witnesses: trusted?.witnesses ?? [],
    quorum: trusted?.quorum ?? 0,
  };
}

function verifierIn(key: string): Verifier {
  const verifier = readVerifier(key) ?? readVerifier(readTextFile(key));
  if (!verifier) throw new TypeError(`${key} holds no verifier key, such as callistra audit key prints`);
  return verifier;
}

export function progressLine({ entries, streams, findingCount, share }: Verification, elapsedMs: number): string {
  const left = share === null || share <= 0 ? '' : `, ${seconds((elapsedMs * (1 - share)) / share)} left`;
  return `${entries} entries in ${streams} streams, ${findingCount} findings${left}`;
}

function seconds(ms: number): string {
  return ms < 90_000 ? `${Math.ceil(ms / 1_000)} s` : `${Math.ceil(ms / 60_000)} min`;
}

function tell(report: Verification, output: Output): void {
  for (const finding of report.findings) output.line(findingInWords(finding));
  for (const note of report.notes) output.line(`note: ${noteInWords(note)}`);
  const { entries, streams, simulatedCalls, findingCount, noteCount, restsOn } = report;
  output.line(`${entries} entries in ${streams} streams, ${findingCount} findings, ${noteCount} notes`);
  if (simulatedCalls > 0) output.line(simulatedWords(simulatedCalls));
  if (findingCount === 0) for (const line of whatItRestsOn(restsOn)) output.line(line);
}

/** Answers of calls that a simulator placed were pressed by nobody. */
export function simulatedWords(calls: number): string {
  return `${calls} calls were placed by a simulator: nobody was called for them, and nobody answered.`;
}

/** A clean result is worth what it rests on. */
function whatItRestsOn(restsOn: RestsOn | null): string[] {
  if (!restsOn || restsOn.key === 'none') {
    return ['It rests on the chains alone: whoever can write the log can compute them again.'];
  }
  const { key, known, cosignedBy, witnesses } = restsOn;
  const keyWords =
    key === 'given'
      ? 'the key that you gave'
      : 'the server’s own key, which convinces its owner only (give --key, --policy or --known)';
  return [
    `It rests on ${keyWords}; ${known} checkpoints that were kept agree; ` +
      `${cosignedBy.length} of ${witnesses} witnesses have signed${cosignedBy.length > 0 ? `: ${cosignedBy.join(', ')}` : ''}.`,
  ];
}
