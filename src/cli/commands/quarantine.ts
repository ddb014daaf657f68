import type { QuarantineEnd } from '../../domain/inbox/quarantine.ts';
import { explainApiError } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { OperatorClient, QuarantineChoice, ShownQuarantineItem } from '../operator-client.ts';
import { type Output, table } from '../output.ts';

type Options = { readonly url: string; readonly json: boolean };

type ListOptions = Options & {
  readonly choice: QuarantineChoice;
  readonly expired: boolean;
  /** Every page; absent: the first. */
  readonly all: boolean;
};

const FIRST_PAGE = 100;
const PAGE = 1_000;

/** Lists the callbacks that wait for their call; what they say is not shown. */
export async function listQuarantine(
  client: Pick<OperatorClient, 'quarantined'>,
  options: ListOptions,
  output: Output,
): Promise<ExitCode> {
  const { choice, expired, all } = options;
  const asked = { ...choice, ...(expired && { state: 'expired' as const }), limit: all ? PAGE : FIRST_PAGE };
  try {
    let page = await client.quarantined(asked, null);
    const items = [...page.items];
    while (all && page.nextCursor !== null) {
      page = await client.quarantined(asked, page.nextCursor);
      items.push(...page.items);
    }
    tell(items, options, output);
    if (page.nextCursor !== null) output.note(`These are the oldest of ${page.total ?? 'more'}; --all lists all.`);
    return EXIT.ok;
  } catch (error) {
    return explainApiError(error, options.url, output);
  }
}

function tell(items: readonly ShownQuarantineItem[], { json, expired }: ListOptions, output: Output): void {
  const none = expired ? 'Nothing has expired.' : 'Nothing is in the quarantine.';
  const rows = items.map((item) => [item.id, item.eventType, item.receivedAt, item.flaw ?? '']);
  if (json) output.json(items);
  else output.line(items.length === 0 ? none : table(['id', 'type', 'received', 'flaw'], rows));
}

/** Ends the wait of one callback. */
export async function endQuarantine(
  id: string,
  how: QuarantineEnd['how'],
  end: () => Promise<void>,
  options: Options,
  output: Output,
): Promise<ExitCode> {
  try {
    await end();
    if (options.json) output.json({ id, how });
    else output.line(`${how}: ${id}`);
    return EXIT.ok;
  } catch (error) {
    return explainApiError(error, options.url, output);
  }
}

/** Gives up all that are meant, in as many requests as it takes. */
export async function discardMany(
  client: Pick<OperatorClient, 'discardMany'>,
  options: Options & { readonly choice: QuarantineChoice; readonly reason: string },
  output: Output,
): Promise<ExitCode> {
  try {
    let discarded = 0;
    for (let left = 1; left > 0; ) {
      const done = await client.discardMany(options.choice, options.reason);
      discarded += done.discarded;
      // What comes meanwhile is not waited for without end.
      left = done.discarded === 0 ? 0 : done.left;
      output.progress(`${discarded} discarded, ${left} left`);
    }
    output.progress('');
    if (options.json) output.json({ discarded });
    else output.line(`discarded: ${discarded}`);
    return EXIT.ok;
  } catch (error) {
    return explainApiError(error, options.url, output);
  }
}
