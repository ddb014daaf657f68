import { readFileSync } from 'node:fs';

/** A command of the Azure CLI as it was typed. */
export type Asked = { readonly command: string; readonly options: readonly string[] };

/** What Microsoft's reference says of each command that the paper uses. */
export type Reference = {
  readonly source: string;
  /** Of the reference's newest change. */
  readonly date: string;
  /** As its syntax has them: `[--optional] --required --one|--another`. */
  readonly commands: Readonly<Record<string, string>>;
};

export const REFERENCE = JSON.parse(readFileSync(new URL('az-options.json', import.meta.url), 'utf8')) as Reference;

/** Taken by every command: `az --help`, global arguments. */
const GLOBAL = ['--output', '--query', '--only-show-errors', '--subscription'];

export function asked(args: readonly string[]): Asked {
  const begins = args.findIndex((arg) => arg.startsWith('-'));
  const words = begins < 0 ? args : args.slice(0, begins);
  return { command: words.join(' '), options: args.filter((arg) => /^--?[a-z]/.test(arg)) };
}

/** What the reference knows nothing of, and what it misses. */
export function problemsOf({ command, options }: Asked, { commands }: Reference): string[] {
  const syntax = commands[command];
  if (syntax === undefined) return [`az ${command}: not in the reference`];
  const groups = syntax.split(' ').map((part) => ({
    names: part.replaceAll(/[[\]]/g, '').split('|'),
    isRequired: !part.startsWith('['),
  }));
  const known = [...GLOBAL, ...groups.flatMap(({ names }) => names)];
  const missing = groups.filter(({ names, isRequired }) => isRequired && !names.some((name) => options.includes(name)));
  return [
    ...options.filter((option) => !known.includes(option)).map((option) => `az ${command} ${option}: unknown`),
    ...missing.filter(({ names }) => names[0] !== '').map(({ names }) => `az ${command}: misses ${names.join(' or ')}`),
  ];
}
