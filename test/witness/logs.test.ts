import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLogs } from '../../src/witness/logs.ts';
import { LOG, NEXT, OTHER } from './rig.ts';

test('a log is known by the name of its keys, and may have several', () => {
  const logs = readLogs(`# ours\n${LOG.line}\n\n${OTHER.line}\n  ${NEXT.line}\r\n`);
  assert.equal([...logs.keys()], [LOG.name, OTHER.name]);
  assert.equal(
    logs.get(LOG.name)?.map(({ line }) => line),
    [LOG.line, NEXT.line],
  );
});

test('a line that is no key is named by its number, and nothing is taken', () => {
  assert.throws(() => readLogs(`${LOG.line}\n# two\nrubbish\n`), /line 3/);
  assert.throws(() => readLogs(LOG.line.replace('/1+', '/2+')), /line 1/);
});

test('a witness of nothing is not begun', () => {
  assert.throws(() => readLogs('# none yet\n'), /no log is named/);
});

test.run();
