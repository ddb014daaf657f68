import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CoverageOptions, compareWithLeaves, type Seals } from '../../../src/audit/verify/coverage.ts';
import type { SealedHead } from '../../../src/audit/verify/leaf-index.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { chain } from '../../../src/log/hash-chain.ts';
import { newEntry } from '../../log/samples.ts';

const at = (hour: number, minute = 0) => new Date(Date.UTC(2026, 2, 1, hour, minute)).toISOString();

/** Six entries, one an hour from ten o'clock on. */
const entries = chain(
  EMPTY_HEAD,
  's',
  [10, 11, 12, 13, 14, 15].map((hour) => newEntry(`e${hour}`, { at: at(hour) })),
);

/** A batch an hour: number 10 at ten o'clock. What is older than two hours and a slack is settled by it. */
const SEALS: Seals = {
  settledBefore: (batch) => at(batch - 3),
  settled: () => at(13),
  proposed: (batch) => ({ startedAt: at(9), at: at(batch, 30) }),
};
const OPTIONS: CoverageOptions = { lateBefore: at(15, 30), oneWriter: false, ridesAlong: false, storedAt: null };

function leaf(version: number, batch: number, changes: Partial<SealedHead> = {}): SealedHead {
  const { hash, at: time } = entries[version - 1]!;
  return { version, from: version, hash, time, byWriter: true, batch, ...changes };
}

/** Each entry sealed in its own hour, by who wrote it. */
const HONEST = entries.map(({ version }) => leaf(version, 9 + version));

function judged(leaves: readonly SealedHead[], options: Partial<CoverageOptions> = {}) {
  return compareWithLeaves('s', entries, leaves, SEALS, { ...OPTIONS, ...options });
}

test('entries that their writer had sealed in time are proven', () => {
  assert.equal(judged(HONEST), { findings: [], notes: [] });
  assert.equal(
    judged([leaf(6, 15, { from: 1 })], {}).findings.map(({ kind }) => kind),
    ['back-dated'],
  );
});

test('one leaf proves all entries of the run that its writer had not broken off', () => {
  assert.equal(judged([leaf(3, 12, { from: 1 }), leaf(6, 15, { from: 4 })]), { findings: [], notes: [] });
});

test('what was read back is sealed, and proven by nobody', () => {
  const leaves = [leaf(2, 11, { from: 1 }), leaf(4, 14, { byWriter: false }), leaf(6, 15, { from: 5 })];
  assert.equal(judged(leaves), { findings: [], notes: [{ stream: 's', from: 3, to: 4, kind: 'unproven' }] });
});

test('what nobody has sealed is named when two intervals have gone by, unless it rides along', () => {
  const notes = [{ stream: 's', from: 5, to: 6, kind: 'uncovered' }];
  assert.equal(judged(HONEST.slice(0, 4)), { findings: [], notes });
  assert.equal(judged(HONEST.slice(0, 4), { lateBefore: at(14) }).notes, []);
  assert.equal(judged(HONEST.slice(0, 4), { ridesAlong: true }).notes, []);
});

test('what nobody has sealed although its time is settled was put there later', () => {
  const kinds = judged([]).findings;
  assert.equal(kinds, [{ stream: 's', version: 1, kind: 'back-dated', detail: 'never sealed' }]);
});

test('what was sealed first when its time was settled was put there later', () => {
  const leaves = [...HONEST.slice(0, 3), leaf(6, 18, { from: 4 })];
  const [finding, ...others] = judged(leaves).findings;
  assert.equal(finding, { stream: 's', version: 4, kind: 'back-dated', detail: `sealed only at ${at(18, 30)}` });
  assert.equal(others, []);
});

test('with one writer, nothing is honest that the running process has not written itself', () => {
  const leaves = [...HONEST.slice(0, 5), leaf(6, 15, { byWriter: false })];
  assert.equal(judged(leaves, { oneWriter: true }).findings, [
    { stream: 's', version: 6, kind: 'not-by-writer', detail: `the server had run since ${at(9)}` },
  ]);
  assert.equal(judged(leaves).findings, []);
  // Dated little after the start: of the process before, whose clock was ahead.
  const early = [leaf(1, 10, { byWriter: false }), ...HONEST.slice(1)];
  assert.equal(judged(early, { oneWriter: true }).findings, []);
});

test('a row that the service stored long after it was sealed was put back', () => {
  const times = (hour: number) => new Map(entries.map(({ version }) => [version, at(version === 2 ? hour : 10)]));
  assert.equal(judged(HONEST, { storedAt: times(12) }).findings, []);
  assert.equal(
    judged(HONEST, { storedAt: times(13) }).findings.map(({ version, kind }) => [version, kind]),
    [[2, 'stored-late']],
  );
});

test('of leaves that the stream contradicts the first is named, and how', () => {
  const other = 'f'.repeat(64);
  const rewritten = HONEST.map((each) => (each.version >= 3 ? { ...each, hash: other } : each));
  assert.equal(judged(rewritten).findings, [
    { stream: 's', version: 3, kind: 'rewritten', detail: `sealed as ${other}` },
  ]);
  const cut = compareWithLeaves('s', entries.slice(0, 4), HONEST, SEALS, OPTIONS);
  assert.equal(cut.findings, [{ stream: 's', version: 5, kind: 'truncated' }]);
});

test('of two processes that sealed one stream out of order each version counts by its first leaf', () => {
  const leaves = [leaf(3, 12, { from: 3 }), leaf(2, 13, { from: 1 }), leaf(6, 15, { from: 4 })];
  assert.equal(judged(leaves), { findings: [], notes: [] });
});

test.run();
