import type { Evidence, MonthReview } from './api.ts';

/** A rule, what this log has to say of it, the command that anybody can ask again, and what it gave. */
export type Control = {
  readonly rule: string;
  readonly says: string;
  readonly query: string;
  readonly figure: string;
};

/** What the log shows for each rule. Each figure is of the period unless it says otherwise. */
export function controlsOf(evidence: Evidence): readonly Control[] {
  return [...ofManagement(evidence), ...ofTechnology(evidence), ...ofPapers(evidence), ...ofCalls(evidence)];
}

/** A month that was signed off as it is known now. */
export function isSignedOff({ signOffs, sha256 }: MonthReview): boolean {
  return signOffs.some((one) => one.sha256 === sha256);
}

function ofManagement({ access, reviews, period }: Evidence): Control[] {
  const over = reviews.filter(({ isOver }) => isOver);
  const query = `callistra audit access ${asked({ period })}`;
  return [
    {
      rule: '45 CFR 164.308(a)(1)(ii)(D)',
      says: 'records of who looked are reviewed month by month, and each review is signed off in the log',
      query: 'callistra audit sign-off --month MONTH --statement TEXT; access-review.md',
      figure: `${over.filter(isSignedOff).length} of ${over.length} months that are over are signed off`,
    },
    {
      rule: '45 CFR 164.308(a)(4)',
      says: 'what is shown is granted by role; whoever has none is turned away, and that is recorded',
      query,
      figure: `${access.refusals} requests turned away`,
    },
    {
      rule: '45 CFR 164.308(a)(5)(ii)(C)',
      says: 'requests without a valid proof of who asks are recorded',
      query,
      figure: `${access.refusals} requests turned away, in access.csv with time and address`,
    },
    {
      rule: '45 CFR 164.308(a)(6)(ii)',
      says: 'access by breaking the glass needs a reason, raises an alarm and is recorded',
      query,
      figure: `${access.glassBroken} looks by breaking the glass`,
    },
    {
      rule: '45 CFR 164.308(a)(7)(ii)(A)',
      says: 'copies of the log are recorded before they are made',
      query,
      figure: `${access.byAction['backup'] ?? 0} copies; that they can be restored is not shown here`,
    },
  ];
}

function ofTechnology({ access, starts, period, verification, checkpoint, log }: Evidence): Control[] {
  const query = `callistra audit access ${asked({ period })}`;
  const staff = [...new Set(starts.map(({ settings }) => String(settings['staff'] ?? 'not recorded')))];
  const kinds = Object.entries(access.byKind).map(([kind, looks]) => `${kind} ${looks}`);
  return [
    {
      rule: '45 CFR 164.312(a)(1), (a)(2)(i)',
      says: 'whoever looks is named; API keys and whoever sits at the machine are no persons and are told apart',
      query,
      figure: `looks by ${kinds.join(', ') || 'nobody'}`,
    },
    {
      rule: '45 CFR 164.312(a)(2)(ii)',
      says: 'there is a way in for emergencies, with a reason',
      query: 'access.csv, purpose BTG',
      figure: `${access.glassBroken} looks`,
    },
    {
      rule: '45 CFR 164.312(b)',
      says: 'whoever is shown a member’s data is in the log before it leaves',
      query,
      figure: `${access.looks} looks; a look covers the same look for five minutes`,
    },
    {
      rule: '45 CFR 164.312(c)(1), (c)(2)',
      says: 'entries are chained and checkpoints signed, so that a change is found',
      query: 'callistra audit verify --key LINE --known checkpoint.note',
      figure: verification
        ? `${verification.findingCount} findings in ${verification.entries} entries of ${verification.streams} streams, ${verification.scope}, at ${verification.at}; ${checkpoint === null ? 'no checkpoint' : 'a checkpoint is with this'}`
        : `not verified; ${log.streams} streams`,
    },
    {
      rule: '45 CFR 164.312(d)',
      says: 'staff prove who they are by the way that is set up',
      query: 'settings.json, staff',
      figure: staff.join('; ') || 'no start of a server is recorded',
    },
  ];
}

function ofPapers({ period, log, requests, disclosures, access, starts, scripts }: Evidence): Control[] {
  return [
    {
      rule: '45 CFR 164.316(b)(1), (b)(2)(i)',
      says: 'what was decided, done and set up stands in the log, from which nothing is deleted',
      query: 'callistra audit verify; settings.json; scripts/',
      figure:
        `${log.streams} streams, the first of ${log.firstDay ?? 'no day'}; ${starts.length} starts and ${scripts.length} scripts ` +
        `in force; ${requests} requests for deletion or hold, none carried out. Written policies are not kept here`,
    },
    {
      rule: '45 CFR 164.528',
      says: 'disclosures are recorded with date, recipient, what and purpose, and told to the member who asks',
      query: 'callistra audit disclosures MEMBER; disclosures.csv',
      figure:
        `${disclosures.length} that count; ${disclosures.filter(({ suspended }) => suspended > 0).length} of them ` +
        `suspended for somebody; ${access.byAction['disclosures'] ?? 0} accountings made (${asked({ period })})`,
    },
  ];
}

function ofCalls({ calls, scripts, period }: Evidence): Control[] {
  const query = `callistra audit search ${asked({ period })}`;
  const ended = Object.entries(calls.byDisposition).map(([disposition, count]) => `${disposition} ${count}`);
  return [
    {
      rule: '47 CFR 64.1200(a)(1), (a)(3)',
      says: 'consent to artificial voices is not recorded by this release: show it from elsewhere',
      query,
      figure: `${calls.calls} calls begun: ${ended.join(', ') || 'none'}`,
    },
    {
      rule: '47 CFR 64.1200(a)(3)(v), (a)(9)(iv)',
      says: 'how often one member was called; no cap is kept by this release',
      query: 'callistra audit search --member MEMBER',
      figure: `at most ${calls.mostInADay} calls begun for one member in 24 hours, ${calls.mostInAWeek} in seven days`,
    },
    {
      rule: '47 CFR 64.1200(b)',
      says: 'who calls, and how to be called no more, is said as the script has it',
      query: 'scripts/; callistra audit replay CALL',
      figure: `${scripts.length} scripts in force; read what they say first, and at the end`,
    },
    {
      rule: '47 CFR 64.1200(c)(1), (d)',
      says: 'hours of calling and do-not-call lists are not kept by this release: show them from elsewhere',
      query,
      figure: 'none',
    },
  ];
}

/** The period, as a command takes it. */
function asked({ period }: Pick<Evidence, 'period'>): string {
  return `--from ${period.from} --to ${period.to}`;
}
