import { findingForJournal } from '../../audit/verify/words.ts';
import { errorCode } from '../../base/coded-error.ts';
import { type NightlyRun, verifyTonight } from '../../composition/nightly.ts';
import { systemClock } from '../../composition/system-clock.ts';
import type { StoresVerification, VerifyConfig } from '../../composition/verification.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { progressLine, simulatedWords } from './verify.ts';

/**
 * Does this night's check in the servers' place, for a job that a platform starts. What it prints goes to the platform's
 * journal, so it names no member; `callistra audit verify` does, and the entry that it records.
 */
export async function verifyNightly(
  config: VerifyConfig,
  output: Output,
  clock: NightlyRun['clock'] = systemClock,
): Promise<ExitCode> {
  const startMs = performance.now();
  let code: ExitCode = EXIT.ok;
  try {
    const isOurs = await verifyTonight(config, {
      clock,
      onUnasked: output.note,
      onProgress: (progress) => output.progress(progressLine(progress, performance.now() - startMs)),
      onFound(report) {
        output.progress('');
        tell(report, output);
        if (report.findingCount > 0 || !report.isWhole) code = EXIT.finding;
      },
    });
    if (!isOurs) output.line('Another process has taken this night’s check; its result will be an entry.');
    return code;
  } catch (error) {
    if (errorCode(error) !== 'LOG_IN_USE') throw error;
    output.note('LOG_IN_USE: a server has this log, and verifies it every night by itself; --url asks it for one now');
    return EXIT.cannotRun;
  }
}

function tell(report: StoresVerification, output: Output): void {
  const { entries, streams, simulatedCalls, findings, findingCount, noteCount } = report;
  for (const finding of findings) output.line(findingForJournal(finding));
  output.line(`${entries} entries in ${streams} streams, ${findingCount} findings, ${noteCount} notes`);
  if (simulatedCalls > 0) output.line(simulatedWords(simulatedCalls));
  if (findingCount > 0) output.line('callistra audit verify names members and details.');
}
