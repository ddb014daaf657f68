import { startWitness } from '../../composition/witness.ts';
import { wideFiles } from '../../files/wide.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { whenStopped } from '../until-stopped.ts';

type WitnessCommand = {
  readonly dir: string;
  readonly logs: string;
  readonly host: string;
  readonly port: number;
  readonly name?: string;
};

const CLOSE_MS = 5_000;

/** Runs a witness until it is told to stop. */
export async function witness(options: WitnessCommand, output: Output): Promise<ExitCode> {
  const troubled = (code: string): void => output.note(`A checkpoint could not be signed: ${code}`);
  const { url, verifierLine, close } = await startWitness({ ...options, troubled });
  const wide = wideFiles([options.dir]);
  if (wide !== null) output.note(wide);
  output.line(verifierLine);
  output.note(`Signs checkpoints at ${url}; set at the log: CHECKPOINT_WITNESSES='${url} ${verifierLine}'`);
  return new Promise((resolve) => {
    whenStopped(
      async () => {
        await close();
        resolve(EXIT.ok);
      },
      CLOSE_MS,
      output,
    );
  });
}
