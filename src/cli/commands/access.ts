import type { AccessRecord } from '../../../projections/access.ts';
import { foldUuid } from '../../base/uuid.ts';
import { type CommandLook, openCommandAudit } from '../../composition/command-audit.ts';
import type { StoreConfig } from '../../composition/stores.ts';
import type { ApiClient, LooksQuery, ShownLook } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Output, table } from '../output.ts';
import { type Asked, askOrDo } from '../served.ts';

export type AccessOptions = Asked & {
  readonly stores: StoreConfig;
  readonly query: LooksQuery;
  readonly whatFor: Pick<CommandLook, 'purpose' | 'reason'>;
  /** Names of people by their ids, where no server knows them. */
  readonly staffNames: ReadonlyMap<string, string>;
  /** So many at most, the newest. */
  readonly limit: number;
  readonly json: boolean;
};

/** Tells who looked at a member or a call, or what somebody looked at, newest first. */
export async function access(client: ApiClient, options: AccessOptions, output: Output): Promise<ExitCode> {
  const served = async (): Promise<ExitCode> => {
    const looks: ShownLook[] = [];
    for (let cursor: string | null = null; looks.length < options.limit; ) {
      const page: Awaited<ReturnType<ApiClient['looks']>> = await client.looks(options.query, cursor);
      looks.push(...page.looks);
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    tell(looks.slice(0, options.limit), options, output);
    return EXIT.ok;
  };
  return askOrDo(options, served, () => here(options, output), output);
}

async function here(options: AccessOptions, output: Output): Promise<ExitCode> {
  const { stores, query, limit, whatFor, staffNames } = options;
  const audit = await openCommandAudit(stores);
  try {
    const looks = await audit.looks({ filter: inOurForm(query), limit });
    await audit.look({
      action: 'access',
      calls: [...new Set(looks.flatMap(({ calls }) => calls))],
      members: [...new Set(looks.flatMap(({ members }) => members))],
      fields: Object.keys(query),
      ...whatFor,
    });
    tell(
      looks.map((look) => ({ ...look, name: nameIn(staffNames, look) })),
      options,
      output,
    );
    return EXIT.ok;
  } finally {
    await audit.close();
  }
}

/** Rows are found by times and ids of one form. */
function inOurForm({ from, to, call, ...query }: LooksQuery): LooksQuery {
  const time = (text: string): string => new Date(text).toISOString();
  return {
    ...query,
    ...(call !== undefined && { call: foldUuid(call) }),
    ...(from !== undefined && { from: time(from) }),
    ...(to !== undefined && { to: time(to) }),
  };
}

function nameIn(names: ReadonlyMap<string, string>, { name }: AccessRecord): string | null {
  return names.get(name) ?? null;
}

/** Somebody who is no person is told apart, whatever they are called. */
const KINDS: Readonly<Record<string, string>> = {
  app: 'application',
  'api-key': 'API key',
  loopback: 'somebody at the server’s machine',
  'os-user': 'user of the machine',
};

function tell(looks: readonly ShownLook[], { json }: AccessOptions, output: Output): void {
  if (json) output.json(looks);
  else if (looks.length === 0) output.line('Nobody looked.');
  else output.line(table(['time', 'who', 'what', 'purpose', 'calls', 'members'], looks.map(rowOf)));
}

function rowOf({ at, actor, name, kind, action, purpose, reason, calls, members, refused }: ShownLook): string[] {
  const what = refused === null || refused === 1 ? action : `${action} ${refused} times`;
  const who = [name ?? actor, ...(KINDS[kind] ? [`(${KINDS[kind]})`] : [])].join(' ');
  const why = [purpose ?? '', ...(reason === null ? [] : [`"${reason}"`])].join(' ').trim();
  return [at, who, what, why, some(calls), some(members)];
}

/** A list by its first ones: the JSON has all. */
function some(ids: readonly string[]): string {
  return ids.length <= 2 ? ids.join(' ') : `${ids.slice(0, 2).join(' ')} and ${ids.length - 2} more`;
}
