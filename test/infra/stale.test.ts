import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { read, root } from './files.ts';
import { EXAMPLES, snapshotOf } from './snapshot.ts';

const FOLDER = 'infra/bicep';

/** As `sha256sum` writes it. */
function lineOf(file: string): string {
  return `${createHash('sha256')
    .update(read(`${FOLDER}/${file}`))
    .digest('hex')}  ${file}`;
}

test('the snapshots were taken of the files as they are: .ci/bicep --write takes them anew', () => {
  const files = readdirSync(join(root, FOLDER), { recursive: true, encoding: 'utf8' });
  const lines = files.filter((name) => /\.bicep(?:param)?$/.test(name)).map(lineOf);
  assert.ok(lines.length > 20);
  assert.equal(read(`${FOLDER}/snapshots.sha256`).trim().split('\n').sort(), lines.sort());
});

test('every example that is to be copied or shown has one, which nothing was wrong with', () => {
  const examples = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.bicepparam'));
  assert.equal(examples.sort(), EXAMPLES.map((name) => `${name}.bicepparam`).sort());
  for (const example of EXAMPLES) {
    assert.equal(snapshotOf(example).diagnostics, [], example);
    assert.ok(snapshotOf(example).predictedResources.length > 40, example);
  }
});

test.run();
