import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { firstOf, joined, normalsAfter, PART_MAX, type Part, type Waiting } from '../../../src/domain/places/row.ts';

const one = (callSessionId: string, part: Part = 'normal', attempt = 1): Waiting => ({ callSessionId, attempt, part });
const many = (part: Part, count: number): Waiting[] =>
  Array.from({ length: count }, (_, index) => one(`${part}-${String(index).padStart(3, '0')}`, part));
const ids = (waiting: readonly Waiting[]): readonly string[] => waiting.map(({ callSessionId }) => callSessionId);

type Joined = {
  readonly waiting: readonly Waiting[];
  readonly others: readonly Waiting[];
  readonly gives: readonly Waiting[];
};

const JOINED: Readonly<Record<string, Joined>> = {
  'who joins stands in the order of the ids, whoever brings them': {
    waiting: [one('b')],
    others: [one('c'), one('a')],
    gives: [one('a'), one('b'), one('c')],
  },
  'calls that were begun stand before normal ones, and those before low ones': {
    waiting: [one('a', 'low')],
    others: [one('b'), one('c', 'redial')],
    gives: [one('c', 'redial'), one('b'), one('a', 'low')],
  },
  'a higher attempt replaces a lower one': {
    waiting: [one('a')],
    others: [one('a', 'redial', 2)],
    gives: [one('a', 'redial', 2)],
  },
  'a lower attempt replaces none': {
    waiting: [one('a', 'redial', 2)],
    others: [one('a', 'normal', 1)],
    gives: [one('a', 'redial', 2)],
  },
  'an older call displaces the youngest of a full part': {
    waiting: many('normal', PART_MAX.normal),
    others: [one('a')],
    gives: [one('a'), ...many('normal', PART_MAX.normal - 1)],
  },
  'a younger one stays outside of it': {
    waiting: many('normal', PART_MAX.normal),
    others: [one('z')],
    gives: many('normal', PART_MAX.normal),
  },
  'a full part keeps nobody of another out': {
    waiting: many('low', PART_MAX.low),
    others: [...many('redial', PART_MAX.redial), one('z')],
    gives: [...many('redial', PART_MAX.redial), one('z'), ...many('low', PART_MAX.low)],
  },
  'of low ones a hundred stand in the row': {
    waiting: [],
    others: many('low', 102),
    gives: many('low', 100),
  },
  'of begun ones twenty stand in the row': { waiting: [], others: many('redial', 22), gives: many('redial', 20) },
};

for (const [name, { waiting, others, gives }] of Object.entries(JOINED)) {
  test(name, () => assert.equal(joined(waiting, others), gives));
}

test('who brings nothing new changes nothing, and that is seen without comparing', () => {
  const waiting = [one('a'), one('b')];
  assert.is(joined(waiting, []), waiting);
  assert.is(joined(waiting, [one('a')]), waiting);
});

const NEXT: Readonly<Record<string, { waiting: readonly Waiting[]; normals: number; first: string | undefined }>> = {
  'nobody waits': { waiting: [], normals: 0, first: undefined },
  'a call that was begun goes before all': { waiting: [one('n'), one('r', 'redial')], normals: 3, first: 'r' },
  'a normal one goes before a low one': { waiting: [one('l', 'low'), one('n')], normals: 2, first: 'n' },
  'after three normal ones it is a low one’s turn': { waiting: [one('n'), one('l', 'low')], normals: 3, first: 'l' },
  'if no low one waits, the turn is a normal one’s': { waiting: [one('n')], normals: 3, first: 'n' },
  'if no normal one waits, the turn is a low one’s': { waiting: [one('l', 'low')], normals: 0, first: 'l' },
  'the first of a part is its first': { waiting: [one('a'), one('b')], normals: 0, first: 'a' },
};

for (const [name, { waiting, normals, first }] of Object.entries(NEXT)) {
  test(`next: ${name}`, () => assert.is(firstOf({ waiting, normals })?.callSessionId, first));
}

test('of many of both, every fourth turn is a low one’s', () => {
  let waiting: readonly Waiting[] = [...many('normal', 9), ...many('low', 3)];
  let normals = 0;
  const moved: string[] = [];
  for (let next = firstOf({ waiting, normals }); next; next = firstOf({ waiting, normals })) {
    moved.push(next.part === 'low' ? 'L' : 'n');
    normals = normalsAfter(normals, next);
    waiting = waiting.filter((other) => other !== next);
  }
  assert.is(moved.join(''), 'nnnLnnnLnnnL');
});

test('a call that was begun is not counted among the normal ones, and the count does not grow for ever', () => {
  assert.is(normalsAfter(2, one('r', 'redial')), 2);
  assert.is(normalsAfter(2, one('l', 'low')), 0);
  assert.is(normalsAfter(4, one('n')), 4);
});

test('as many wait in the row as it has room for, part by part', () => {
  assert.is(ids(joined([], [...many('redial', 120), ...many('normal', 120), ...many('low', 120)])).length, 220);
});

test.run();
