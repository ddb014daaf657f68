import type { CommandLook } from '../../composition/command-audit.ts';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import type { Member, Members } from '../../domain/member/members.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import type { ApiClient } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { growingTable, type Output } from '../output.ts';
import { type Asked, askOrDo } from '../served.ts';
import { pagesHere } from './members-pages.ts';
import { recordHere } from './record-here.ts';

export type ListOptions = Asked & {
  readonly stores: StoreConfig;
  readonly whatFor: Pick<CommandLook, 'purpose' | 'reason'>;
  /** What the ids begin with. */
  readonly search?: string;
  readonly json: boolean;
};

type Row = readonly [memberId: string, phoneNumber: string, timeZone: string];

/** Lists the members with masked numbers; names are not shown. */
export async function listMembers(client: ApiClient, options: ListOptions, output: Output): Promise<ExitCode> {
  const told = teller(options, output);
  const served = async (): Promise<ExitCode> => {
    for (let cursor: string | null = null; ; ) {
      const page: Awaited<ReturnType<ApiClient['members']>> = await client.members(cursor, options.search);
      told.page(page.members.map(({ memberId, phoneNumber, timeZone }) => [memberId, phoneNumber, timeZone ?? '']));
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    told.end();
    return EXIT.ok;
  };
  const here = async (): Promise<ExitCode> => {
    let problems: readonly string[] = [];
    const onTrouble = (found: readonly string[]): void => {
      problems = found;
    };
    for await (const page of pagesHere({ ...options, onTrouble }, 'members-list')) {
      told.page(page.map((one) => [one.memberId, maskNumber(one.phoneNumber), one.timeZone ?? '']));
    }
    told.end();
    for (const problem of problems) output.note(problem);
    return problems.length === 0 ? EXIT.ok : EXIT.finding;
  };
  return askOrDo(options, served, here, output);
}

/** Tells page by page, however many there are; JSON is one value and comes at the end. */
function teller({ json }: ListOptions, output: Output) {
  const table = growingTable(['member', 'number', 'time zone']);
  const values: object[] = [];
  let isFirst = true;
  return {
    page(rows: readonly Row[]): void {
      if (!json && (rows.length > 0 || isFirst)) output.line(table(rows));
      isFirst = false;
      if (!json) return;
      for (const [memberId, phoneNumber, timeZone] of rows) values.push({ memberId, phoneNumber, timeZone });
    },
    end(): void {
      if (json) output.json(values);
    },
  };
}

/** Shows one member, the number masked; whether there is a name, and not which. */
export async function showMember(
  memberId: string,
  client: ApiClient,
  options: ListOptions,
  output: Output,
): Promise<ExitCode> {
  const show = (member: Awaited<ReturnType<ApiClient['member']>>): ExitCode => {
    if (options.json) output.json(member);
    else {
      output.line(`member     ${member.memberId}`);
      output.line(`number     ${member.phoneNumber}`);
      output.line(`name       ${member.hasName ? 'known, not shown' : 'none'}`);
      output.line(`time zone  ${member.timeZone ?? 'none'}`);
    }
    return EXIT.ok;
  };
  const here = (): Promise<ExitCode> =>
    withMember(memberId, options, output, 'member', async ({ phoneNumber, name, timeZone = null }) =>
      show({ memberId, phoneNumber: maskNumber(phoneNumber), hasName: name !== undefined, timeZone }),
    );
  return askOrDo(options, async () => show(await client.member(memberId)), here, output);
}

/** Shows one number whole; why stands in the log. */
export async function revealNumber(
  memberId: string,
  client: ApiClient,
  options: ListOptions,
  output: Output,
): Promise<ExitCode> {
  const show = (phoneNumber: string): ExitCode => {
    if (options.json) output.json({ memberId, phoneNumber });
    else output.line(phoneNumber);
    return EXIT.ok;
  };
  const here = (): Promise<ExitCode> =>
    withMember(memberId, options, output, 'number-revealed', async ({ phoneNumber }) => show(phoneNumber));
  return askOrDo(options, async () => show(await client.number(memberId)), here, output);
}

/** Removes a member, who cannot be called from then on. Who did it stands in the log, and so do all calls. */
export async function removeMember(
  memberId: string,
  client: ApiClient,
  options: ListOptions,
  output: Output,
): Promise<ExitCode> {
  const removed = (): ExitCode => {
    if (options.json) output.json({ memberId, status: 'removed' });
    else output.line(`${memberId} is removed and cannot be called; calls that were made stay in the log.`);
    return EXIT.ok;
  };
  const served = async (): Promise<ExitCode> => {
    await client.removeMember(memberId);
    return removed();
  };
  const here = (): Promise<ExitCode> =>
    withMember(memberId, options, output, 'member-removed', async (_member, store) => {
      await store.remove(memberId);
      return removed();
    });
  return askOrDo(options, served, here, output);
}

/** Does something with a member of the store on this machine, once that is recorded. */
async function withMember(
  memberId: string,
  { stores, whatFor }: ListOptions,
  output: Output,
  action: CommandLook['action'],
  work: (member: Member, store: Members) => Promise<ExitCode>,
): Promise<ExitCode> {
  const store = await openMembers(stores);
  try {
    const member = await store.find(memberId);
    if (member === null) {
      output.note('MEMBER_NOT_FOUND: There is no such member');
      return EXIT.finding;
    }
    await recordHere(stores, { action, calls: [], members: [memberId], ...whatFor });
    return await work(member, store);
  } finally {
    await store.close();
  }
}
