import { writeNew } from '../../files/private.ts';
import { type ApiClient, explainApiError } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

type Asked = { readonly url: string };

/** Makes a checkpoint and keeps it in a file that is not there yet. */
export async function keepCheckpoint(
  api: Pick<ApiClient, 'makeCheckpoint'>,
  { url, out }: Asked & { readonly out: string },
  output: Output,
): Promise<ExitCode> {
  let note: string;
  try {
    note = await api.makeCheckpoint();
  } catch (error) {
    return explainApiError(error, url, output);
  }
  writeNew(out, note);
  const [origin, size] = note.split('\n');
  output.line(`${out}: ${origin}, ${size} heads`);
  return EXIT.ok;
}

/** Begins the next tree. */
export async function reopen(
  api: Pick<ApiClient, 'reopenTree'>,
  { url, reason }: Asked & { readonly reason: string },
  output: Output,
): Promise<ExitCode> {
  try {
    const { origin, verifierKey } = await api.reopenTree(reason);
    output.line(verifierKey);
    output.note(`Checkpoints go on as ${origin}: give this line to auditors and witnesses.`);
    return EXIT.ok;
  } catch (error) {
    return explainApiError(error, url, output);
  }
}
