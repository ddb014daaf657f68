import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_PURPOSE, PURPOSES, type Purpose } from '../../audit/access/look.ts';
import { readTime } from '../../base/times.ts';
import type { Config } from '../../config/config.ts';
import { readStaffNames } from '../../config/staff-names.ts';
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

/** Adds what a command needs that shows data: which server to ask, and what for. */
export function showsData(command: Command, terminal: Terminal): Command {
  return command
    .addOption(serverUrl(terminal))
    .addOption(new Option('--purpose <code>', `what for (default: ${DEFAULT_PURPOSE})`).choices(PURPOSES))
    .option('--reason <text>', 'why, for the audit trail; needed with --purpose BTG')
    .hook('preAction', (_this, action) => {
      const { purpose, reason } = action.opts<{ purpose?: Purpose; reason?: string }>();
      if (purpose === 'BTG' && !reason) action.error('error: --purpose BTG needs --reason');
    });
}

/** What was said on the command line of such a command. */
export function askedOf(command: Command): {
  readonly url: string;
  readonly isNamed: boolean;
  readonly whatFor: { readonly purpose?: Purpose; readonly reason?: string };
} {
  const { url, purpose, reason } = command.opts<{ url: string; purpose?: Purpose; reason?: string }>();
  const whatFor = { ...(purpose !== undefined && { purpose }), ...(reason !== undefined && { reason }) };
  return { url, isNamed: command.getOptionValueSource('url') !== 'default', whatFor };
}

/** Names of people by their ids, for a command that shows them where no server runs. @throws ConfigError */
export function staffNamesOf({ staffNamesFile }: Pick<Config, 'staffNamesFile'>): ReadonlyMap<string, string> {
  return staffNamesFile ? readStaffNames(staffNamesFile) : new Map();
}

/** Reads a number within bounds. */
export function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

/** Reads a time. */
export function time(text: string): string {
  if (readTime(text) !== null) return text;
  throw new InvalidArgumentError('It must be a time, such as 2026-03-02 or 2026-03-02T15:00:00Z.');
}
