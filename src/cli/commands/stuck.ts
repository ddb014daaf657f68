import { explainApiError } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { OperatorClient, ShownStuckCall } from '../operator-client.ts';
import type { Output } from '../output.ts';
import { hang } from '../wrap.ts';

type Options = { readonly url: string; readonly json: boolean };

/** Lists calls that nothing moves on by itself, each with what to do. Exit code 1 when there are any. */
export async function listStuck(
  client: Pick<OperatorClient, 'stuck'>,
  options: Options,
  output: Output,
): Promise<ExitCode> {
  try {
    const { calls, more } = await client.stuck();
    if (options.json) output.json({ calls, more });
    else if (calls.length === 0) output.line('No call is stuck.');
    else for (const line of calls.flatMap(lines)) output.line(line);
    if (more) output.note('There are more, which are shown when these are done with.');
    return calls.length === 0 ? EXIT.ok : EXIT.finding;
  } catch (error) {
    return explainApiError(error, options.url, output);
  }
}

function lines({ callSessionId, why, at, since, next }: ShownStuckCall): string[] {
  const facts = [why, ...(at === null ? [] : [`at ${at}`]), ...(since === null ? [] : [`since ${since}`])];
  return [`${callSessionId}  ${facts.join(', ')}`, ...hang('  next: ', next)];
}

/** Has a call checked or closed, for a reason. */
export async function helpCall(
  client: Pick<OperatorClient, 'help'>,
  asked: { readonly callSessionId: string; readonly how: 'check' | 'close'; readonly reason: string },
  options: Options,
  output: Output,
): Promise<ExitCode> {
  const { callSessionId, how, reason } = asked;
  try {
    const status = await client.help(callSessionId, how, reason);
    if (options.json) output.json({ callSessionId, status });
    else output.line(`${status}: ${callSessionId}`);
    return EXIT.ok;
  } catch (error) {
    return explainApiError(error, options.url, output);
  }
}
