import { dirname, join, normalize } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { anchorsOf, codeIn, isThere, PAPERS, type Paper, paper, prose, rowsUnder } from './markdown.ts';

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** Where a link of ours leads; null for one to somewhere else. */
function leadsTo({ file }: Paper, link: string): { readonly path: string; readonly anchor: string } | null {
  if (/^[a-z]+:/.test(link)) return null;
  const [path = '', anchor = ''] = link.split('#');
  return { path: path === '' ? file : normalize(join(dirname(file), path)), anchor };
}

function brokenLinks(one: Paper): string[] {
  const links = [...prose(one.text).matchAll(LINK)].map(([, link = '']) => link);
  return links.flatMap((link) => {
    const target = leadsTo(one, link);
    if (!target) return [];
    if (!isThere(target.path)) return [`${one.file} -> ${link}`];
    if (target.anchor === '' || anchorsOf(paper(target.path).text).includes(target.anchor)) return [];
    return [`${one.file} -> ${link}: there is no such heading`];
  });
}

test('every link leads to a file and a heading that are there', () => {
  assert.ok(PAPERS.length > 15);
  assert.equal(PAPERS.flatMap(brokenLinks), []);
});

const PATH = /(?<![\w/.-])(?:src|projections|test|infra|\.github)\/[\w./*-]*/g;

/** Whoever follows the paper makes them. */
const MADE = ['infra/bicep/prod.bicepparam'];

/** The proofs of promises are named by their path in `test/`, where there is a `projections/` too: promises.test.ts. */
const PROOF = /^\| \d+ \|.*$/gm;

/** Paths from the root, in backticks and in blocks of code. */
function pathsIn({ text }: Paper): string[] {
  const fenced = text.match(/^ *```[\s\S]*?^ *```$/gm) ?? [];
  const named = [...codeIn(prose(text).replaceAll(PROOF, '')), ...fenced];
  return [...new Set(named.flatMap((code) => code.match(PATH) ?? []))];
}

test('every path that is named is there', () => {
  const paths = PAPERS.flatMap((one) => pathsIn(one).map((path) => ({ file: one.file, path })));
  assert.ok(paths.length > 50);
  assert.equal(
    paths.filter(({ path }) => !isThere(path) && !MADE.includes(path)),
    [],
  );
});

const FILE_HEADINGS = ['file', 'folder', 'folder, file', 'room'];

function missingFiles({ file, text }: Paper): string[] {
  const names = rowsUnder(text, ...FILE_HEADINGS).flatMap(([first = '']) => codeIn(first));
  const missing = names.filter((name) => !isThere(join(dirname(file), name)));
  return missing.map((name) => `${file}: ${name}`);
}

test('every file that a room lists is in that room', () => {
  assert.ok(rowsUnder(paper('src/README.md').text, ...FILE_HEADINGS).length > 10);
  assert.equal(PAPERS.flatMap(missingFiles), []);
});

test.run();
