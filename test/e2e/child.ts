import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { MAIN, programOf, sourcesOf } from '../support/program.ts';
import { until } from '../support/until.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A server in a process of its own, as an operator runs it. */
export type Child = {
  readonly process: ChildProcess;
  output(): string;
  /** Resolves with the exit code, null after a signal. */
  readonly exited: Promise<number | null>;
  /** SIGKILL: the process learns nothing of it. */
  kill(): Promise<void>;
  /** SIGTERM: asks it to stop. */
  stop(): Promise<number | null>;
};

/** What a server's process is held to. */
type Limits = {
  /** No file may grow beyond this many blocks of 512 bytes: whoever writes more is told that it failed. */
  readonly fileBlocksMax?: number;
  /** How many files and connections it may have open; absent: as many as this process. */
  readonly openFiles?: number;
};

type Spawn = Limits & {
  /** The checkout whose server it is; absent: this one. */
  readonly folder?: string;
  /** The command; absent: `serve`. */
  readonly args?: readonly string[];
};

/** @param env all settings; nothing of this process's environment goes along */
export function spawnServer(
  env: Readonly<Record<string, string>>,
  { fileBlocksMax, openFiles, folder = ROOT, args: told = ['serve'] }: Spawn = {},
): Child {
  // Node opens many files of a built program at once, and would not get as far as to serve.
  const isBuilt = openFiles === undefined && folder === ROOT;
  const program = isBuilt ? programOf(MAIN) : sourcesOf('src/main.ts');
  const command = [process.execPath, ...program, ...told];
  const set = [
    // The signal of the limit would end the process otherwise.
    ...(fileBlocksMax === undefined ? [] : [`trap '' XFSZ; ulimit -f ${fileBlocksMax}`]),
    ...(openFiles === undefined ? [] : [`ulimit -n ${openFiles}`]),
  ];
  // The shell becomes the server, so that signals reach it.
  const limited = ['/bin/sh', '-c', `${set.join('; ')}; exec "$@"`, 'sh', ...command];
  const [executable = '', ...args] = set.length === 0 ? command : limited;
  // A file of tsx's cache that was cut would be found by others.
  const tsx = fileBlocksMax === undefined ? {} : { TSX_DISABLE_CACHE: '1' };
  const child = spawn(executable, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...tsx, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  return {
    process: child,
    output: () => output,
    exited,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/**
 * A command of the command line, in a process of its own, until it ends.
 * @param env all settings; nothing of this process's environment goes along
 */
export async function runCommand(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Finished> {
  const child = spawn(process.execPath, [...programOf(MAIN), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, stdout, stderr };
}

export async function untilReady(url: string, child: Child): Promise<void> {
  const isReady = async (): Promise<boolean> => {
    if (child.process.exitCode !== null) throw new Error(`the server has exited: ${child.output()}`);
    const response = await fetch(`${url}/health/ready`).catch(() => null);
    await response?.arrayBuffer();
    return response?.status === 200;
  };
  await until('the server is ready', isReady, 100);
}
