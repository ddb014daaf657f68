import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Output } from '../../src/cli/output.ts';
import { run } from '../../src/cli/program.ts';
import { CallQuery } from '../../src/http/api/call-schemas.ts';
import { codeIn, paper, prose, rowsUnder } from './markdown.ts';

/** What the description of the routes says may be asked for: made from the code's own lists. */
type Several = { readonly items: { readonly enum: string[] } };
const { disposition, status } = JSON.parse(JSON.stringify(CallQuery)).properties as Record<string, Several>;
const DISPOSITIONS = disposition!.items.enum;
const STATUSES = status!.items.enum;

const firstColumn = (file: string, heading: string): string[] =>
  rowsUnder(paper(file).text, heading).flatMap(([first = '']) => codeIn(first));

test('every disposition is explained, and no other', () => {
  assert.ok(DISPOSITIONS.length > 10);
  assert.equal(firstColumn('src/domain/README.md', 'disposition').sort(), [...DISPOSITIONS].sort());
});

test('the routes name every disposition and every status', () => {
  const named = codeIn(prose(paper('src/http/README.md').text).replaceAll('\n', ' ')).flatMap((code) =>
    code.split(' '),
  );
  assert.equal(
    [...DISPOSITIONS, ...STATUSES].filter((word) => !named.includes(word)),
    [],
  );
});

test('every status is explained, and no other', () => {
  assert.equal(firstColumn('src/README.md', 'status').sort(), [...STATUSES].sort());
});

async function helpOf(...command: readonly string[]): Promise<string[]> {
  let text = '';
  const output: Output = {
    line: (line = '') => {
      text += `${line}\n`;
    },
    note: () => {},
    json: () => {},
    progress: () => {},
  };
  await run([...command, '--help'], {}, output);
  const list = text.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '';
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

async function commands(): Promise<string[]> {
  const all = await helpOf();
  const each = all.map(async (name) => {
    const parts = await helpOf(name);
    return parts.length === 0 ? [name] : parts.map((part) => `${name} ${part}`);
  });
  return (await Promise.all(each)).flat();
}

test('every command is listed, and no other', async () => {
  const known = await commands();
  assert.ok(known.length > 12);
  const listed = firstColumn('src/cli/README.md', 'command').map((command) => command.replaceAll(/ [A-Z]+/g, ''));
  assert.equal(listed.sort(), known.sort());
});

test('the changelog names every command, and no other', async () => {
  const lines = [...paper('.github/CHANGELOG.md').text.matchAll(/^- Commands: `([^`]+)`/gm)];
  const named = lines.flatMap(([, names = '']) => names.split(' '));
  assert.equal(named.sort(), (await helpOf()).sort());
});

test.run();
