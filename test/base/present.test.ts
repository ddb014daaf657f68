import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPresent } from '../../src/base/present.ts';

type One = { readonly name: string };

const one = (name: string): One => ({ name });
const names = (all: readonly One[]) => all.map(({ name }) => name).sort();

test('who has entered and not left is there, whoever left before or after', () => {
  const present = createPresent<One>();
  const leaveA = present.enter(one('a'));
  present.enter(one('b'));
  leaveA();
  present.enter(one('c'));
  const leaveD = present.enter(one('d'));
  assert.equal(names(present.all()), ['b', 'c', 'd']);
  assert.is(present.size(), 3);
  leaveD();
  assert.equal(names(present.all()), ['b', 'c']);
  assert.is(present.size(), 2);
});

test('who leaves twice takes nobody along that came in between', () => {
  const present = createPresent<One>();
  const leave = present.enter(one('a'));
  leave();
  present.enter(one('b'));
  leave();
  present.enter(one('c'));
  assert.equal(names(present.all()), ['b', 'c']);
  assert.is(present.size(), 2);
});

test('somebody may come and go while those present are walked', () => {
  const present = createPresent<One>();
  const leaves = ['a', 'b', 'c'].map((name) => present.enter(one(name)));
  const walked: string[] = [];
  for (const { name } of present.all()) {
    for (const leave of leaves) leave();
    present.enter(one('late'));
    walked.push(name);
  }
  assert.equal(walked.sort(), ['a', 'b', 'c']);
  assert.equal(names(present.all()), ['late', 'late', 'late']);
});

test('however many come and go, it has room for as many as are there at a time', () => {
  const present = createPresent<One>();
  present.enter(one('stays'));
  for (let round = 0; round < 1_000; round += 1) {
    const leaves = Array.from({ length: 5 }, (_, index) => present.enter(one(`${round} ${index}`)));
    assert.is(present.size(), 6);
    for (const leave of leaves) leave();
  }
  assert.equal(names(present.all()), ['stays']);
});

test.run();
