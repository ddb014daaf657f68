import type { Evidence, MonthReview } from './api.ts';
import { type Control, isSignedOff } from './controls.ts';
import { toldReason } from './review.ts';

const lines = (...texts: readonly string[]): string => `${texts.join('\n')}\n`;

/** The page that the auditor reads first. @param names of the other files */
export function readmeOf({ period, gatheredAt, flaws }: Evidence): string {
  return lines(
    '# Evidence',
    '',
    `From ${period.from} to ${period.to} (UTC), gathered at ${gatheredAt} from the call-event log of a Callistra server.`,
    'This is evidence, and no legal opinion: whether it satisfies a rule is for you to say.',
    '',
    '| file | what it shows | what it does not show |',
    '|---|---|---|',
    '| `verification.json` | what the server’s last check of its own log found, and what that rests on | it is the word of whoever runs the server; check again with a key and a checkpoint that you keep |',
    '| `checkpoints.txt` `checkpoint.note` | the state of the whole log, signed by its key and by the witnesses named there | that what was recorded is true; anything recorded later. The key line is from the same log: compare it with one that you got elsewhere |',
    '| `access.csv` | who was shown members’ data, when, what for, and whether that is a person; how many calls and members | whose data: `callistra audit access` tells that, and records that you asked. Whoever read the database past the server is not in it |',
    '| `access-review.md` | who looked, month by month, and who has reviewed that | that the review was a good one |',
    '| `disclosures.csv` | what was given to others and counts under 45 CFR 164.528 | what nobody recorded; exports for treatment, payment, operations and for the member, which are exempt |',
    '| `scripts/` | what calls may say and ask; the name of each file is the SHA-256 of its content | that a prompt was heard |',
    '| `settings.json` | how the servers were set up when they started, without secrets | what was changed outside of them |',
    '| `controls.md` | each rule with a figure, and the command that gives it again | that the rule is met |',
    '| `manifest.txt` | SHA-256 of every file; written last, so that a pack without one is not whole | who made the pack. `sha256sum -c manifest.txt` finds damage, no forgery |',
    '',
    'To be convinced without the server’s word: keep `checkpoint.note` and the key line out of its operator’s reach, and have',
    '`callistra audit verify --key LINE --known checkpoint.note` run on the log. It finds whatever was altered since.',
    'Telephone numbers are masked to their last four digits wherever people wrote them.',
    ...(flaws.length === 0 ? [] : ['', '## What could not be read', '', ...flaws.map((flaw) => `- ${flaw}`)]),
  );
}

/** Who looked, month by month, with what was signed off. */
export function accessReviewOf({ reviews, period }: Evidence): string {
  const open = reviews.filter((one) => one.isOver && !isSignedOff(one)).map(({ month }) => month);
  return lines(
    '# Review of access',
    '',
    `45 CFR 164.308(a)(1)(ii)(D), months of ${period.from} to ${period.to}.`,
    '',
    open.length === 0 ? 'No month that is over is without a sign-off.' : `Without a sign-off: ${open.join(', ')}.`,
    ...reviews.flatMap(monthLines),
  );
}

function monthLines(review: MonthReview): string[] {
  const { month, text, sha256, isOver, signOffs } = review;
  const signed = signOffs.map(({ at, actor, statement, sha256: hash }) => {
    const words = `${at} ${actor}: "${toldReason(statement)}"`;
    return hash === sha256 ? `- signed off ${words}` : `- signed off, but of another report (${hash}): ${words}`;
  });
  const none = isOver ? '- not signed off' : '- goes on, and cannot be signed off yet';
  // Indented, so that no name in it is taken for a heading or a table.
  const report = text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`);
  return [
    '',
    `## ${month}`,
    '',
    ...(signed.length === 0 ? [none] : signed),
    '',
    `SHA-256 of the report: ${sha256}`,
    '',
    ...report,
  ];
}

export function controlsPage(controls: readonly Control[]): string {
  const rows = controls.map(({ rule, says, query, figure }) => `| ${rule} | ${says} | \`${query}\` | ${figure} |`);
  return lines(
    '# Controls',
    '',
    'Evidence, and no legal opinion.',
    '',
    '| rule | what the log says | asked by | figure |',
    '|---|---|---|---|',
    ...rows,
  );
}

export function checkpointsPage({ checkpoint, verifierKey, starts }: Evidence): string {
  const witnesses = [...new Set(starts.map(({ settings }) => String(settings['witnesses'] ?? '')))].filter(Boolean);
  return lines(
    checkpoint === null ? 'There is no checkpoint.' : 'The newest checkpoint, which checkpoint.note holds to the byte:',
    '',
    ...(checkpoint === null ? [] : [checkpoint.trimEnd(), '']),
    `Verifier key, as the log has it: ${verifierKey ?? 'none is recorded'}`,
    `Witnesses that the servers asked: ${witnesses.join('; ') || 'none'}`,
  );
}
