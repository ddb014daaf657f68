import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errorCode } from '../../src/base/coded-error.ts';
import { createSerializer } from '../../src/base/serially.ts';
import { uuidv7 } from '../../src/composition/ids.ts';
import { isCallStream } from '../../src/domain/streams.ts';
import { createCallSecrets } from '../../src/identity/call-secrets.ts';
import { LogError } from '../../src/log/port.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';
const OTHER = '019aab00-0000-7000-8000-000000000002';

test('a call’s secret is its own: the same from the same key, another for another call or key', () => {
  const secrets = createCallSecrets(Buffer.alloc(32, 1));
  const secret = secrets.of(CALL);
  assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
  assert.is(createCallSecrets(Buffer.alloc(32, 1)).of(CALL), secret);
  assert.is.not(secrets.of(OTHER), secret);
  assert.is.not(createCallSecrets(Buffer.alloc(32, 2)).of(CALL), secret);
});

test('a call that was placed under the key before keeps its secret, and new calls get one of the new key', () => {
  const [old, now] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const rotated = createCallSecrets(now, old);
  assert.is(rotated.matches(CALL, createCallSecrets(old).of(CALL)), true);
  assert.is(rotated.of(CALL), createCallSecrets(now).of(CALL));
  assert.is(createCallSecrets(now).matches(CALL, createCallSecrets(old).of(CALL)), false);
});

test('only the secret itself is taken for it, not a part, not more, not nothing', () => {
  const secrets = createCallSecrets(Buffer.alloc(32, 1));
  const secret = secrets.of(CALL);
  assert.ok(secrets.matches(CALL, secret));
  const changed = `${secret[0] === 'A' ? 'B' : 'A'}${secret.slice(1)}`;
  for (const wrong of [
    '',
    'x',
    secret.slice(0, 42),
    `${secret}AAAA`,
    changed,
    secrets.of(OTHER),
    '\u0000',
    '💥'.repeat(20),
  ]) {
    assert.not(secrets.matches(CALL, wrong), wrong);
  }
});

test('a call’s id is a UUID of version 7 that sorts by time and is told from other streams', () => {
  const ids = [0, 1, 255, 1_700_000_000_000, 1_700_000_000_001, 2 ** 47].map(uuidv7);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal([...ids].sort(), ids);
  assert.is(Number.parseInt(ids[3]!.replace('-', '').slice(0, 12), 16), 1_700_000_000_000);
  assert.ok(ids.every(isCallStream));
  for (const other of [`member:${CALL}`, `questionnaire:${'a'.repeat(64)}`, CALL.toUpperCase(), `${CALL} `, '']) {
    assert.not(isCallStream(other), other);
  }
});

test('a thousand ids of one millisecond differ', () => {
  assert.is(new Set(Array.from({ length: 1_000 }, () => uuidv7(1_700_000_000_000))).size, 1_000);
});

test('tasks of one key run one after the other in their order, also past one that fails', async () => {
  const serially = createSerializer();
  const steps: string[] = [];
  const task =
    (name: string, fails = false) =>
    async () => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([
    serially('key', task('a')),
    serially('key', task('b', true)),
    serially('key', task('c')),
  ]);
  assert.equal(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(steps, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('tasks of different keys do not wait for each other', async () => {
  const serially = createSerializer();
  let free = () => {};
  const stuck = serially('one', () => new Promise<void>((resolve) => (free = resolve)));
  assert.is(await serially('two', async () => 'done'), 'done');
  free();
  await stuck;
});

test('an error is known by its code, and one without is a bug', () => {
  assert.is(errorCode(new LogError('LOG_UNAVAILABLE', '')), 'LOG_UNAVAILABLE');
  assert.is(errorCode(new TypeError('x')), 'BUG');
  assert.is(errorCode('text'), 'BUG');
});

test.run();
