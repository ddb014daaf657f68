import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { completeStatus } from './load/wire.ts';
import { OptionsError, readOptions } from './options.ts';
import { absolute, compare, quantile } from './row.ts';

const NOW = new Date('2024-05-01T13:00:00.000Z');

test('a ratio is the median of the rounds, so that one bad round decides nothing', () => {
  const pairs = [
    { ours: 60, baseline: 100 },
    { ours: 10, baseline: 100 },
    { ours: 140, baseline: 200 },
  ];
  const measure = compare('rate', 'per s', pairs, { at: 'least', value: 0.6 });
  assert.is(measure.ratio, 0.6);
  assert.is(measure.reached, true);
  assert.is(compare('cost', 'ms', pairs, { at: 'most', value: 0.5 }).reached, false);
  assert.is(compare('shown only', 'ms', pairs, null).reached, null);
  assert.is(absolute('lost', 'calls', 1, { at: 'most', value: 0 }).reached, false);
});

test('quantiles lie between the values', () => {
  assert.is(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.is(quantile([1, 2, 3], 1), 3);
});

test('options name what is wrong', () => {
  const read = (...args: string[]) => readOptions(args, ['ingest', 'status'], NOW);
  assert.equal(read('--only', 'ingest,status', '--quick')?.only, ['ingest', 'status']);
  assert.is(read()?.json, 'bench-results/2024-05-01T13-00-00.json');
  assert.is(read('--help'), null);
  for (const args of [['--only', 'nothing'], ['--rounds', '0'], ['--unknown']]) {
    assert.throws(
      () => read(...args),
      (error: unknown) => error instanceof OptionsError,
    );
  }
});

test('an answer is whole when its body is', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n';
  assert.is(completeStatus(`${head}abc`), null);
  assert.is(completeStatus(`${head}abcd`), 200);
  assert.is(completeStatus('HTTP/1.1 204 No Content\r\n\r\n'), 204);
  assert.is(completeStatus('HTTP/1.1 200'), null);
});

test.run();
