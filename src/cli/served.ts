import { errorCode } from '../base/coded-error.ts';
import { ApiError, explainApiError } from './api-client.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Output } from './output.ts';

/** Which server is asked, and whether somebody named it: then no other way is gone. */
export type Asked = { readonly url: string; readonly isNamed: boolean };

/**
 * Asks the server, which has the log; only where none runs, and none was named, it is done here.
 * @param here records what it shows by itself
 */
export async function askOrDo(
  { url, isNamed }: Asked,
  ask: () => Promise<ExitCode>,
  here: () => Promise<ExitCode>,
  output: Output,
): Promise<ExitCode> {
  try {
    return await ask();
  } catch (error) {
    if (isNamed || !isNobodyThere(error)) return explainApiError(error, url, output);
  }
  try {
    return await here();
  } catch (error) {
    if (errorCode(error) !== 'LOG_IN_USE') throw error;
    output.note('LOG_IN_USE: a server has this log and records who looks; name it with --url');
    return EXIT.cannotRun;
  }
}

/** Nothing listens there. A name that cannot be found, or a connection that breaks, is no proof that nothing runs. */
function isNobodyThere(error: unknown): boolean {
  if (error instanceof ApiError || !(error instanceof Error)) return false;
  return errorCode(error.cause) === 'ECONNREFUSED';
}
