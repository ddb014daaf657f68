import type { CallCheck } from './one-call.ts';
import { findingInWords } from './words.ts';

/** What came of checking a call, for people who know no hashes: the first sentence says it all. */
export function checkInWords(check: CallCheck): readonly string[] {
  const { verdict, findings, trouble } = check;
  const why = trouble === null ? [] : [`What keeps checkpoints from telling more: ${trouble}.`];
  switch (verdict) {
    case 'altered':
      return [
        'This call is not what was recorded: somebody has altered the log or what is shown of it.',
        ...findings.map((finding) => `${findingInWords(finding)}.`),
      ];
    case 'whole':
      return [`All ${check.entries} entries are as the newest checkpoint has sealed them. Nothing was altered since.`];
    case 'partly-covered':
      return [
        `Entries 1 to ${check.coveredTo} are as the newest checkpoint has sealed them. ${restInWords(check)}`,
        ...why,
      ];
    case 'uncovered':
      return [`The entries fit together. ${restInWords(check)}`, ...why];
    case 'unproven':
      return [`The entries fit together. Whether they are what was sealed nobody can say now: ${trouble}.`];
  }
}

function restInWords({ entries, coveredTo, everyMs, isLate }: CallCheck): string {
  const which =
    coveredTo === 0 ? 'No checkpoint covers them' : `No checkpoint covers the ${entries - coveredTo} behind them`;
  if (isLate) return `${which}, although two intervals have gone by: verify the whole log.`;
  if (everyMs === null) return `${which}.`;
  return `${which} yet: the next one does, within ${intervalInWords(everyMs)}.`;
}

function intervalInWords(everyMs: number): string {
  const seconds = Math.round(everyMs / 1_000);
  if (seconds < 120) return `${seconds} seconds`;
  return `${Math.round(seconds / 60)} minutes`;
}
