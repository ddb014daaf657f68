import { CLOSE_MS, type DemoOptions, type DemoRun, runDemo, STOP_MS } from '../demo/run.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Output, painted } from '../output.ts';
import { whenStopped } from '../until-stopped.ts';

/** For whoever has seen it. */
const NEXT: readonly (readonly [command: string, words: string])[] = [
  ['npm run dev', '                           these members, at http://127.0.0.1:8080'],
  ['npm run callistra -- call M-1001', '      calls one, from another terminal'],
  ['curl http://127.0.0.1:8080/api/calls', '  all calls; /docs describes what there is'],
];

type Options = DemoOptions & {
  /** Go on when it is over, with the console and telephones, until stopped. */
  readonly keep: boolean;
};

/** Runs the demonstration; fine only if every call went as scripted and everything can be proven. */
export async function demo({ keep, ...options }: Options, output: Output): Promise<ExitCode> {
  const run = await runDemo(options, output);
  if (keep) return goOn(run, output);
  await run.cleanUp();
  output.line(`\n${painted(output, 'bold', 'What to try next')}`);
  for (const [command, words] of NEXT) output.line(`  ${painted(output, 'cyan', command)}${words}`);
  return run.ok ? EXIT.ok : EXIT.finding;
}

async function goOn(run: DemoRun, output: Output): Promise<ExitCode> {
  const server = await run.goOn();
  return new Promise((resolve) => {
    const close = async (): Promise<void> => {
      await server.close({ callsMs: 0, limitMs: CLOSE_MS });
      await run.cleanUp();
      resolve(run.ok ? EXIT.ok : EXIT.finding);
    };
    whenStopped(close, STOP_MS, output);
    // Last, so that whoever has read it may stop it.
    for (const line of keptLines(server.url)) output.line(line);
  });
}

function keptLines(url: string): readonly string[] {
  return [
    `\nThe calls are over, the server goes on: open ${url}`,
    'in a browser. From now on calls take as long as real ones. To be a member yourself:',
    `  ${url}/console/members/M-1001/phone`,
    'take the telephone up, then call M-1001 from another tab. The others go on as before.',
    `${url}/docs describes the API. Ctrl-C ends it, and nothing is left.`,
  ];
}
