import { CodedError } from '../base/coded-error.ts';
import { isLoopbackHost } from '../base/loopback.ts';

/** A setting, trimmed; null when it is absent or blank. */
export type Value = (name: string) => string | null;

/** What readers of groups get: the settings, and where to say what is wrong with them, or odd. */
export type Reading = { readonly value: Value; readonly problems: string[]; readonly warnings: string[] };

/** The settings cannot be used. `problems` names every one that is wrong, so that one run shows them all. */
export class ConfigError extends CodedError<'BAD_SETTINGS'> {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('BAD_SETTINGS', `these settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** A number within bounds; out of them is a problem, and the fallback. */
export function readNumber(
  { value, problems }: Reading,
  name: string,
  fallback: number,
  range: { readonly least: number; readonly most: number },
): number {
  const text = value(name);
  if (text === null) return fallback;
  const number = Number(text);
  if (Number.isFinite(number) && number >= range.least && number <= range.most) return number;
  problems.push(`${name}: must be a number from ${range.least} to ${range.most}`);
  return fallback;
}

/** A whole number within bounds. */
export function readWhole(
  reading: Reading,
  name: string,
  fallback: number,
  range: { readonly least: number; readonly most: number },
): number {
  const number = readNumber(reading, name, fallback, range);
  if (Number.isInteger(number)) return number;
  reading.problems.push(`${name}: must be a whole number`);
  return fallback;
}

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** A GUID in small letters, as tokens hold it. @param where it is found, and what it is not */
export function readGuid({ value, problems }: Reading, name: string, where: string): string | null {
  const text = value(name)?.toLowerCase() ?? null;
  if (text !== null && !GUID.test(text))
    problems.push(`${name}: must be a GUID (8-4-4-4-12 hex digits, without braces or quotes): ${where}`);
  return text;
}

export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** `true` or `false`. */
export function readSwitch({ value, problems }: Reading, name: string, fallback: boolean): boolean {
  const text = value(name)?.toLowerCase();
  if (text === undefined) return fallback;
  if (text !== 'true' && text !== 'false') problems.push(`${name}: must be true or false`);
  return text === 'true';
}

/** Values with commas between. */
export function readList({ value }: Reading, name: string): string[] {
  const items = (value(name) ?? '').split(',').map((item) => item.trim());
  return items.filter(Boolean);
}

/** An https address, or an http one on this machine: whatever goes there is worth protecting. Null when absent or bad. */
export function readEndpoint({ value, problems }: Reading, name: string): string | null {
  const text = value(name);
  if (text === null) return null;
  const url = parseUrl(text);
  if (url && isSafe(url)) return url.href;
  problems.push(`${name}: must be an https address; http is for this machine only`);
  return null;
}

/** A name and a password in an address would stand in logs. */
function isSafe({ protocol, hostname, username, password }: URL): boolean {
  if (hostname === '' || username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

/** Says which of a group are missing when some are there; whether all are. */
export function isWholeGroup({ value, problems }: Reading, what: string, names: readonly string[]): boolean {
  const missing = names.filter((name) => value(name) === null);
  if (missing.length > 0 && missing.length < names.length) {
    problems.push(`${what} is set up in part; missing: ${missing.join(', ')}`);
  }
  return missing.length === 0;
}

/** Two ways to say the same: both at once leave open which one is meant. */
export function refuseBoth({ value, problems }: Reading, one: string, other: string): void {
  if (value(one) !== null && value(other) !== null) problems.push(`${one} and ${other}: set one of them`);
}

export function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
