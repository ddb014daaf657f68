import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSeal } from '../../src/identity/seal.ts';

const key = (letter: string) => Buffer.from(letter.repeat(32));

test('what is sealed is opened as it was, and not read', async () => {
  const seal = createSeal([key('a')], 'session');
  const text = await seal.seal({ name: 'anna' });
  assert.equal(await seal.open(text), { name: 'anna' });
  for (const part of text.split('.')) assert.not.match(Buffer.from(part, 'base64url').toString('latin1'), /anna/);
});

test('of two keys the first seals, and both open', async () => {
  const [before, both, after] = [[key('b')], [key('a'), key('b')], [key('a')]].map((keys) =>
    createSeal(keys, 'session'),
  ) as [ReturnType<typeof createSeal>, ReturnType<typeof createSeal>, ReturnType<typeof createSeal>];
  assert.equal(await both.open(await before.seal({ n: 1 })), { n: 1 });
  assert.equal(await after.open(await both.seal({ n: 2 })), { n: 2 });
  assert.is(await after.open(await before.seal({ n: 3 })), null);
});

test('what is sealed for one purpose is nothing for another', async () => {
  const text = await createSeal([key('a')], 'flow').seal({ n: 1 });
  assert.is(await createSeal([key('a')], 'session').open(text), null);
});

test('a text that is none, or that somebody has changed, is not opened', async () => {
  const seal = createSeal([key('a')], 'session');
  const text = await seal.seal({ n: 1 });
  const [header, ...rest] = text.split('.');
  const noKey = Buffer.from(JSON.stringify({ alg: 'none', enc: 'A256GCM' })).toString('base64url');
  const changed = [`${text}A`, text.slice(1), [noKey, ...rest].join('.'), `${header}....`, '', 'a', 'a'.repeat(9_000)];
  for (const each of changed) assert.is(await seal.open(each), null, each);
});

test.run();
