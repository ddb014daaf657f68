import { type DemoOptions, runDemo } from '../demo/run.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { whenStopped } from '../until-stopped.ts';

/** Runs the demonstration; fine only if every call went as scripted and everything can be proven. */
export async function demo(options: DemoOptions, output: Output): Promise<ExitCode> {
  const run = await runDemo(options, output);
  const code = run.ok ? EXIT.ok : EXIT.finding;
  if (!options.keep) {
    await run.cleanUp();
    return code;
  }
  const { url, simulator } = run.server;
  output.line(`
Still running; Ctrl-C ends it. To try:
  curl -X POST ${url}/api/calls/initiate/M-1001
  curl ${url}/api/calls
  open ${url}/docs
  curl ${simulator?.url}/_simulator/`);
  return new Promise((resolve) => {
    const close = async (): Promise<void> => {
      await run.cleanUp();
      resolve(code);
    };
    whenStopped(close, 10_000, output);
  });
}
