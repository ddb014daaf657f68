import { type DemoOptions, runDemo } from '../demo/run.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Output, painted } from '../output.ts';
import { whenStopped } from '../until-stopped.ts';

/** For whoever has seen it. */
const NEXT: readonly (readonly [command: string, words: string])[] = [
  ['npm run dev', '                           these members, at http://127.0.0.1:8080'],
  ['npm run callistra -- call M-1001', '      calls one, from another terminal'],
  ['curl http://127.0.0.1:8080/api/calls', '  all calls; /docs describes what there is'],
];

/** Runs the demonstration; fine only if every call went as scripted and everything can be proven. */
export async function demo(options: DemoOptions, output: Output): Promise<ExitCode> {
  const run = await runDemo(options, output);
  const code = run.ok ? EXIT.ok : EXIT.finding;
  if (!options.keep) {
    await run.cleanUp();
    output.line(`\n${painted(output, 'bold', 'What to try next')}`);
    for (const [command, words] of NEXT) output.line(`  ${painted(output, 'cyan', command)}${words}`);
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
