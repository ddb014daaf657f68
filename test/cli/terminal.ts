import type { Output } from '../../src/cli/output.ts';
import { run } from '../../src/cli/program.ts';

export type Ran = {
  readonly code: number;
  /** What went to standard output, and what to standard error. */
  readonly out: string;
  readonly err: string;
  readonly json: readonly unknown[];
};

/** Runs the command line as a terminal would, and keeps what it says. */
export function callistra(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return ran((output) => run(args, env, output));
}

/** Keeps what a command says. */
export async function ran(command: (output: Output) => Promise<number>): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const json: unknown[] = [];
  const code = await command({
    line: (text = '') => void out.push(text),
    note: (text) => void err.push(text),
    json: (value) => void json.push(value),
    progress: () => {},
  });
  return { code, out: out.join('\n'), err: err.join('\n'), json };
}
