import type { QuarantineEnd } from '../../domain/inbox/quarantine.ts';
import { type ApiClient, explainApiError } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Output, table } from '../output.ts';

type Options = { readonly url: string; readonly json: boolean };

/** Lists the callbacks that wait for their call; what they say is not shown. */
export async function listQuarantine(client: ApiClient, options: Options, output: Output): Promise<ExitCode> {
  try {
    const items = await client.quarantined();
    if (options.json) output.json(items);
    else {
      const rows = items.map((item) => [item.id, item.eventType, item.receivedAt, item.flaw ?? '']);
      output.line(
        items.length === 0 ? 'Nothing is in the quarantine.' : table(['id', 'type', 'received', 'flaw'], rows),
      );
    }
    return EXIT.ok;
  } catch (error) {
    return explainApiError(error, options.url, output);
  }
}

/** Ends the wait of one callback. */
export async function endQuarantine(
  id: string,
  how: QuarantineEnd['how'],
  end: (client: ApiClient) => Promise<void>,
  client: ApiClient,
  options: Options,
  output: Output,
): Promise<ExitCode> {
  try {
    await end(client);
    if (options.json) output.json({ id, how });
    else output.line(`${how}: ${id}`);
    return EXIT.ok;
  } catch (error) {
    return explainApiError(error, options.url, output);
  }
}
