import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BUGS, hunt } from './planted-bugs.ts';

/** Far fewer than the thousand that a bug may need, as each was found within twenty when it was planted. */
const SEEDS_MAX = 150;

for (const bug of BUGS) {
  test(`the simulation finds "${bug.name}"`, async () => {
    const found = await hunt(bug, SEEDS_MAX);
    assert.ok(found, `${SEEDS_MAX} seeds from ${bug.fromSeed} did not notice it`);
    if (bug.promises) assert.ok(bug.promises.includes(found.promise), `${found.promise}: ${found.what}`);
    process.stdout.write(`${bug.name}: after ${found.seeds} seeds, "${found.promise}"\n`);
  });
}

test('there are a dozen and more of them', () => {
  assert.ok(BUGS.length >= 12);
});

test.run();
