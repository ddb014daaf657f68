import { type FileHandle, unlink } from 'node:fs/promises';
import { auditEvents, type EventsPage } from '../../audit/fhir/audit-events.ts';
import { type CommandLook, openCommandAudit } from '../../composition/command-audit.ts';
import { publicUrlOf } from '../../composition/public-url.ts';
import type { StoreConfig } from '../../composition/stores.ts';
import type { Config } from '../../config/config.ts';
import { openNew } from '../../files/private.ts';
import type { ApiClient } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { type Asked, askOrDo } from '../served.ts';

export type FhirOptions = Asked & {
  readonly settings: StoreConfig & Pick<Config, 'publicBaseUrl' | 'host' | 'port'>;
  readonly whatFor: Pick<CommandLook, 'purpose' | 'reason'>;
  readonly query: { readonly from: string; readonly to: string; readonly member?: string };
  /** A file that is not there yet. */
  readonly file: string;
};

/** Takes a page; false: the file takes no more. */
type Put = (events: readonly unknown[]) => Promise<boolean>;

/** Writes who looked as FHIR R4 AuditEvents into a file, one a line, newest first. What breaks off leaves no file. */
export async function fhir(
  client: Pick<ApiClient, 'auditEvents'>,
  options: FhirOptions,
  output: Output,
): Promise<ExitCode> {
  const file = await openNew(options.file);
  const written = writerOf(file, output);
  let code: ExitCode = EXIT.cannotRun;
  try {
    code = await askOrDo(
      options,
      () => served(client, options, written.put),
      () => here(options, written.put),
      output,
    );
  } finally {
    await file.close();
    if (code !== EXIT.ok) await unlink(options.file);
  }
  output.progress('');
  if (written.failure() !== null) throw written.failure();
  if (code === EXIT.ok) output.line(`${options.file}: ${written.count()} audit events`);
  return code;
}

function writerOf(file: FileHandle, output: Output) {
  let [count, failure]: [number, unknown] = [0, null];
  const put: Put = async (events) => {
    try {
      await file.appendFile(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    } catch (error) {
      // Told apart from a server that does not answer.
      failure = error;
      return false;
    }
    count += events.length;
    output.progress(`${count} audit events`);
    return true;
  };
  return { put, count: () => count, failure: () => failure };
}

async function served(client: Pick<ApiClient, 'auditEvents'>, { query }: FhirOptions, put: Put): Promise<ExitCode> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<ApiClient['auditEvents']>> = await client.auditEvents(query, cursor);
    if (!(await put(page.events))) return EXIT.cannotRun;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return EXIT.ok;
}

async function here({ settings, query, whatFor }: FhirOptions, put: Put): Promise<ExitCode> {
  const audit = await openCommandAudit(settings);
  try {
    const { looks, log } = audit;
    const filter = { ...query, from: inOurForm(query.from), to: inOurForm(query.to) };
    let before: string | null = null;
    do {
      const page: EventsPage = await auditEvents(
        { looks, log, site: { url: publicUrlOf(settings) } },
        { filter, ...(before !== null && { before }) },
      );
      const { calls, members } = page;
      await audit.look({ action: 'access', calls, members, fields: Object.keys(filter), ...whatFor });
      if (!(await put(page.events))) return EXIT.cannotRun;
      before = page.next;
    } while (before !== null);
    return EXIT.ok;
  } finally {
    await audit.close();
  }
}

/** Rows are found by times of one form. */
function inOurForm(time: string): string {
  return new Date(time).toISOString();
}
