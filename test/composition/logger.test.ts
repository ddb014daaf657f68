import pino from 'pino';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jsonLogger, readableLogger } from '../../src/composition/logger.ts';

const test = suite('the lines of the process');

test('for tools they are JSON with the time as ISO 8601', () => {
  const logger = jsonLogger('info');
  const lines: string[] = [];
  // What writes to standard output is put aside for a moment.
  const stream = Reflect.get(logger, pino.symbols.streamSym) as { write(line: string): void };
  const write = stream.write;
  stream.write = (line) => void lines.push(line);
  logger.info({ call: 'c' }, 'said');
  stream.write = write;
  const { time, call, msg } = JSON.parse(lines[0] ?? '');
  assert.equal([call, msg], ['c', 'said']);
  assert.match(time, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
});

test('for people they are words: time, level, what happened, and what else is known', () => {
  const lines: string[] = [];
  const logger = readableLogger('info', (line) => void lines.push(line));
  logger.warn(
    { call: 'c-1', elapsedMs: 1.23456, left: null, why: 'no "room" = none\n00:00:00.000 error forged' },
    'late',
  );
  logger.error('alone');
  logger.debug('not asked for');
  assert.is(lines.length, 2);
  const time = /^\d{2}:\d{2}:\d{2}\.\d{3} /;
  for (const line of lines) assert.match(line, time);
  const why = '"no \\"room\\" = none\\n00:00:00.000 error forged"';
  assert.is(lines[0]?.replace(time, ''), `warn  late call=c-1 elapsedMs=1.23 left=null why=${why}`);
  assert.is(lines[1]?.replace(time, ''), 'error alone');
});

test.run();
