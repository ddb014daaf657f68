import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeIn, paper, prose, root, rowsUnder } from './markdown.ts';

const README_BYTES_MAX = 9_000;

test('the first paper is short enough to be read', () => {
  assert.ok(statSync(join(root, 'README.md')).size <= README_BYTES_MAX);
});

test('the layout names every room of the source, and no other', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((one) => one.isDirectory());
  const named = rowsUnder(paper('src/README.md').text, 'room').flatMap(([first = '']) => codeIn(first));
  assert.equal([...named].sort(), folders.map(({ name }) => `${name}/`).sort());
});

/** Papers that a stranger looks for, beside those of the rooms. */
const HOUSE_PAPERS = ['.github/CONTRIBUTING.md', '.github/SECURITY.md', '.github/CHANGELOG.md'];

test('the first paper leads to every other paper of the house', () => {
  const text = prose(paper('README.md').text);
  for (const file of HOUSE_PAPERS) assert.match(text, `(${file})`);
});

test('every decision stands in one room only', () => {
  const files = ['src', 'projections', 'test', 'infra'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('README.md'))
      .map((name) => `${folder}/${name}`),
  );
  const decisions = files.flatMap((file) => {
    const section = paper(file).text.split('\n## Decisions\n')[1] ?? '';
    return [...section.matchAll(/^- \*\*([^*]+)\*\*/gm)].map(([, decision = '']) => decision);
  });
  assert.ok(decisions.length > 30);
  assert.equal(decisions.length, new Set(decisions).size);
});

test.run();
