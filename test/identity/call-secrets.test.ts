import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCallSecrets } from '../../src/identity/call-secrets.ts';

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

test.run();
