import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/values.ts';
import { codeIn, paper, root, rowsUnder } from './markdown.ts';

const NAME = /^[A-Z][A-Z0-9_]*$/;

/** Names in the first column of the tables under this heading. */
function namesUnder(heading: string): Set<string> {
  const rows = rowsUnder(paper('src/config/README.md').text, heading);
  return new Set(rows.flatMap(([first = '']) => codeIn(first)).filter((name) => NAME.test(name)));
}

const listed = namesUnder('setting');
/** Microsoft's libraries read these; ours at most sets one. */
const ofLibraries = namesUnder('variable');

/** Which settings are asked for when each has this value. */
function readWhenAllAre(value: string | undefined): string[] {
  const names = new Set<string>();
  const env = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_, name) {
        names.add(String(name));
        return value;
      },
    },
  );
  try {
    readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  return [...names];
}

function sourcesIn(folder: string): { readonly file: string; readonly text: string }[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }));
}

const sources = ['src', 'projections'].flatMap(sourcesIn);

function found(pattern: RegExp, folder = ''): string[] {
  const texts = sources.filter(({ file }) => file.startsWith(folder)).map(({ text }) => text);
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name));
}

const read = new Set([
  ...readWhenAllAre(undefined),
  ...readWhenAllAre('https://example.org'),
  // Names that no such environment reaches. An error's code looks the same, and is none.
  ...found(/(?<!CodedError<|super\()'([A-Z]+(?:_[A-Z]+)+)'/g, 'src/config/'),
  ...found(/\benv\??\.?\[['"]([A-Z][A-Z0-9_]*)['"]\]/g),
  ...found(/\benv\.([A-Z][A-Z0-9_]*)\b/g),
]);

test('every setting that the code reads is in the table', () => {
  assert.ok(read.size > 40);
  assert.equal(
    // Proxies are named in small letters too.
    [...read].filter((name) => !listed.has(name.toUpperCase()) && !ofLibraries.has(name)),
    [],
  );
});

test('every setting in the table is read by the code', () => {
  assert.equal(
    [...listed].filter((name) => !read.has(name)),
    [],
  );
});

test('only the command line is given the environment', () => {
  const knowing = sources.filter(({ text }) => /\bprocess\.env\b(?!\[)/.test(text)).map(({ file }) => file);
  assert.equal(knowing, ['src/main.ts']);
  const setting = found(/\bprocess\.env\[['"](\w+)['"]\]/g);
  assert.equal(
    setting.filter((name) => !ofLibraries.has(name)),
    [],
  );
});

test.run();
