import { InvalidArgumentError, Option } from 'commander';
import type { Terminal } from './terminal.ts';

export function timeScale(fallback: number): Option {
  return new Option('--time-scale <factor>', "how many times faster than real time the simulator's calls go")
    .argParser(number(1, 1_000))
    .default(fallback);
}

/** The server that a command asks; by default the one that these settings start. */
export function serverUrl({ env }: Terminal): Option {
  const fallback = env['PUBLIC_BASE_URL'] ?? `http://127.0.0.1:${env['PORT'] ?? '8080'}`;
  return new Option('--url <url>', 'the server').default(fallback);
}

/** Reads a number within bounds. */
export function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}
