import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeIn, isThere, paper, rowsUnder, tablesOf } from './markdown.ts';

const proofs = rowsUnder(paper('test/README.md').text, '#');

/** Suites are named by their path in `test/`; a bare word is one that lies there itself. */
function suitesOf([, , provenBy = '']: readonly string[]): string[] {
  return codeIn(provenBy);
}

test('every promise names a suite that proves it', () => {
  assert.ok(proofs.length >= 14);
  for (const row of proofs) assert.ok(suitesOf(row).length > 0, `promise ${row[0]}`);
});

test('every suite that a promise names is there', () => {
  const missing = proofs.flatMap((row) => suitesOf(row).filter((suite) => !isThere(`test/${suite}.test.ts`)));
  assert.equal(missing, []);
});

test('the first paper promises the same, word for word', () => {
  const promised = [...paper('README.md').text.matchAll(/^(\d+)\. (.+)$/gm)].map(([, number, text]) => [number, text]);
  assert.equal(
    promised,
    proofs.map(([number, promise]) => [number, promise]),
  );
});

test('every row of every table has as many cells as its head', () => {
  for (const file of ['README.md', 'test/README.md', 'src/README.md', 'src/config/README.md', 'src/http/README.md']) {
    for (const { head, rows } of tablesOf(paper(file).text)) {
      for (const row of rows) assert.is(row.length, head.length, `${file}: ${row[0]}`);
    }
  }
});

test.run();
