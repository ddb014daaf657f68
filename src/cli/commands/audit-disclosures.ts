import type { Accounting, Disclosure } from '../../audit/disclosures/api.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { hang } from '../wrap.ts';
import { type AskOptions, asking } from './audit-trail.ts';

type AccountingOptions = AskOptions & { readonly from?: string; readonly to?: string };

/** Prints what the member may be given to standard output, and what is for compliance only beside it. */
export function disclosures(memberId: string, options: AccountingOptions, output: Output): Promise<ExitCode> {
  const { from, to, json } = options;
  return asking(options, output, async (trail) => {
    const accounting = await trail.accounting(memberId, { from, to });
    if (json) output.json(accounting);
    else {
      for (const line of accountingLines(accounting)) output.line(line);
      for (const note of notForTheMember(accounting)) output.note(note);
    }
    return accounting.flaws.length === 0 ? EXIT.ok : EXIT.finding;
  });
}

function accountingLines({ memberId, from, to, disclosures: told }: Accounting): string[] {
  const heading = hang('', `Disclosures of the data of ${memberId}, from ${from.slice(0, 10)} to ${to.slice(0, 10)}`);
  if (told.length === 0) return [...heading, '', 'None that are to be accounted for.'];
  return [...heading, ...told.flatMap((one) => ['', ...disclosureLines(one)])];
}

const INDENT = ' '.repeat(12);

function disclosureLines({ date, recipient, what, purpose }: Disclosure): string[] {
  const { name, address } = recipient;
  return [
    ...hang(`${date}  `, address === null ? `to ${name}` : `to ${name}, ${address}`),
    ...hang(INDENT, `what: ${what}`),
    ...hang(INDENT, `purpose: ${purpose}`),
  ];
}

function notForTheMember({ suspended, flaws }: Accounting): string[] {
  const notes = suspended.map(({ agency, until, disclosures: count }) => {
    const things = count === 1 ? '1 disclosure' : `${count} disclosures`;
    return `not for the member: ${things} to ${agency} left out until ${until}`;
  });
  return [...notes, ...flaws.map((flaw) => `! ${flaw}`)].flatMap((note) => hang('', note));
}

type DiscloseOptions = AskOptions & {
  readonly recipient: string;
  readonly address?: string;
  readonly what: string;
  readonly purpose: string;
  readonly on: string;
  readonly reason: string;
};

/** Records a disclosure that no export tells of. */
export function disclose(memberId: string, options: DiscloseOptions, output: Output): Promise<ExitCode> {
  // They say what was done, and not what this request is for.
  const { recipient, address, what, purpose, on, reason, ...others } = options;
  const asked = { memberId, recipient, ...(address !== undefined && { address }), what, purpose, on, reason };
  return asking(others, output, async (trail) => {
    const recorded = await trail.disclose(asked);
    if (others.json) output.json(recorded);
    else output.line(`recorded as ${recorded.id}; the member’s accounting tells of it`);
    return EXIT.ok;
  });
}

type SuspendOptions = AskOptions & {
  readonly agency: string;
  readonly until: string;
  readonly oral: boolean;
  readonly reason: string;
};

/** Records an agency's statement that a member is not to be told of disclosures to it yet. */
export function suspendAccounting(memberId: string, options: SuspendOptions, output: Output): Promise<ExitCode> {
  const { agency, until, oral, reason, ...others } = options;
  return asking(others, output, async (trail) => {
    const recorded = await trail.suspend({ memberId, agency, until, oral, reason });
    if (others.json) output.json(recorded);
    else output.line(`recorded as ${recorded.id}; disclosures to ${agency} are left out until ${until}`);
    return EXIT.ok;
  });
}
