import { explainApiError } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { OperatorClient } from '../operator-client.ts';
import type { Output } from '../output.ts';

type Options = {
  readonly name: string;
  readonly reason: string;
  readonly url: string;
  readonly json: boolean;
};

/** Signs somebody out of the console everywhere, for a reason. */
export async function endSessions(
  client: Pick<OperatorClient, 'endSessions'>,
  { name, reason, url, json }: Options,
  output: Output,
): Promise<ExitCode> {
  try {
    const ended = await client.endSessions(name, reason);
    if (json) output.json({ name, ended });
    else output.line(ended === 0 ? `Nobody is signed in as ${name}.` : `ended: ${ended}`);
    if (ended > 0)
      output.note('Every instance heeds it within 15 seconds. Whoever has the key or the role may sign in again.');
    return EXIT.ok;
  } catch (error) {
    return explainApiError(error, url, output);
  }
}
