import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyStream } from '../../../src/audit/verify/chain.ts';
import { FINDINGS_MAX, verifyLog } from '../../../src/audit/verify/verify.ts';
import { EMPTY_HEAD, type Entry } from '../../../src/domain/entries.ts';
import { chain, hashEntry } from '../../../src/log/hash-chain.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { newEntry } from '../../log/samples.ts';

const LENGTH = 5;
const ids = Array.from({ length: LENGTH }, (_, n) => `e${n}`);
const clean = chain(
  EMPTY_HEAD,
  's',
  ids.map((id) => newEntry(id, { cause: 'c' })),
);
const foreign = chain(
  EMPTY_HEAD,
  'other',
  ids.map((id) => newEntry(id)),
);
const head = { version: LENGTH, hash: clean.at(-1)!.hash };

const changes: [string, (entry: Entry) => Entry][] = [
  ['kind', (entry) => ({ ...entry, kind: 'outcome' })],
  ['type', (entry) => ({ ...entry, type: 'Other' })],
  ['id', (entry) => ({ ...entry, id: 'other' })],
  ['at', (entry) => ({ ...entry, at: '2024-05-01T13:00:00.001Z' })],
  ['actor', (entry) => ({ ...entry, actor: 'flow' })],
  ['cause', (entry) => ({ ...entry, cause: null })],
  ['data', (entry) => ({ ...entry, data: `${entry.data} ` })],
  ['hash', (entry) => ({ ...entry, hash: 'a'.repeat(64) })],
  ['hash, to nonsense', (entry) => ({ ...entry, hash: '\ufffd' })],
];

/** The clean entries with the one at `index` replaced by any number of others. */
function tampered(index: number, ...replacement: readonly Entry[]): Entry[] {
  return [...clean.slice(0, index), ...replacement, ...clean.slice(index + 1)];
}

function has(findings: readonly { version: number; kind: string }[], version: number, kind: string): boolean {
  return findings.some((finding) => finding.version === version && finding.kind === kind);
}

test('a sound stream has no findings', () => {
  assert.equal(verifyStream('s', clean), []);
  assert.equal(verifyStream('s', clean, head), []);
  assert.equal(verifyStream('s', clean, { version: 2, hash: clean[1]!.hash }), []);
  assert.equal(verifyStream('s', []), []);
});

for (const [index, entry] of clean.entries()) {
  const { version } = entry;

  for (const [column, change] of changes) {
    test(`entry ${version} with another ${column} is found and named`, () => {
      const findings = verifyStream('s', tampered(index, change(entry)));
      assert.equal(findings[0], { stream: 's', version, kind: 'hash' });
    });
  }

  test(`entry ${version} with another version is found`, () => {
    const findings = verifyStream('s', tampered(index, { ...entry, version: 9 }), head);
    assert.ok(has(findings, version, 'gap'));
  });

  test(`a removed entry ${version} is found and named`, () => {
    const kind = version === LENGTH ? 'truncated' : 'gap';
    assert.equal(verifyStream('s', tampered(index), head), [{ stream: 's', version, kind }]);
  });

  test(`an entry inserted before ${version} is found, whether or not the others make room`, () => {
    const forged = chain({ version: index, hash: clean[index - 1]?.hash ?? EMPTY_HEAD.hash }, 's', [newEntry('x')])[0]!;
    assert.ok(has(verifyStream('s', tampered(index, forged, entry)), version, 'order'));
    const moved = clean.slice(index).map((later) => ({ ...later, version: later.version + 1 }));
    assert.ok(has(verifyStream('s', [...clean.slice(0, index), forged, ...moved]), version + 1, 'hash'));
  });

  test(`entry ${version} swapped with another is found, in its old place or with its old version`, () => {
    const other = clean[(index + 1) % LENGTH]!;
    const contents = clean.map((each) => (each === entry ? other : each === other ? entry : each));
    assert.ok(verifyStream('s', contents).some(({ kind }) => kind === 'order'));
    const renumbered = contents.map((each, n) => ({ ...each, version: n + 1 }));
    assert.ok(has(verifyStream('s', renumbered), version, 'hash'));
  });

  test(`entry ${version} copied from another stream is found and named`, () => {
    const copy = foreign[index]!;
    assert.ok(has(verifyStream('s', tampered(index, copy)), version, 'foreign-stream'));
    assert.ok(has(verifyStream('s', tampered(index, { ...copy, stream: 's' })), version, 'hash'));
  });

  test(`entry ${version} changed and hashed again is found by the entry behind it or by the witness`, () => {
    const changed = { ...entry, data: '{}' };
    const hash = hashEntry(clean[index - 1]?.hash ?? EMPTY_HEAD.hash, 's', version, changed);
    const findings = verifyStream('s', tampered(index, { ...changed, hash }), head);
    const expected = version === LENGTH ? { version, kind: 'rewritten' } : { version: version + 1, kind: 'hash' };
    assert.equal(findings, [{ stream: 's', ...expected }]);
  });

  test(`a chain written anew from entry ${version} on is found by the witness`, () => {
    const before = { version: index, hash: clean[index - 1]?.hash ?? EMPTY_HEAD.hash };
    const anew = chain(
      before,
      's',
      clean.slice(index).map((each) => newEntry(each.id)),
    );
    assert.equal(verifyStream('s', [...clean.slice(0, index), ...anew]), []);
    const findings = verifyStream('s', [...clean.slice(0, index), ...anew], head);
    assert.equal(findings, [{ stream: 's', version: LENGTH, kind: 'rewritten' }]);
  });

  test(`a stream cut before entry ${version} is found by a witness that knows no more than a version`, () => {
    const findings = verifyStream('s', clean.slice(0, index), { version: LENGTH });
    assert.equal(findings, [{ stream: 's', version, kind: 'truncated' }]);
  });
}

/** Only what `verifyLog` asks of a log. */
function readable(streams: ReadonlyMap<string, readonly Entry[]>): CallEventLog {
  const refuse = () => Promise.reject(new Error('verify does not write'));
  return {
    read: async (stream) => streams.get(stream) ?? [],
    async *registered() {
      yield* streams.keys();
    },
    append: refuse,
    probe: refuse,
    register: refuse,
    close: refuse,
  };
}

test('the whole log is walked and counted, and progress is told', async () => {
  const streams = new Map(Array.from({ length: 400 }, (_, n) => [`${n}`, chain(EMPTY_HEAD, `${n}`, [newEntry('a')])]));
  const told: number[] = [];
  const result = await verifyLog(readable(streams), { onProgress: ({ entries }) => told.push(entries) });
  const { streams: counted, entries, findingCount, noteCount } = result;
  assert.equal([counted, entries, findingCount, noteCount], [400, 400, 0, 0]);
  assert.equal(told, [250]);
});

test('a registered stream without entries is a finding only if the witness knows of some', async () => {
  const log = readable(
    new Map([
      ['s', []],
      ['t', []],
    ]),
  );
  assert.is((await verifyLog(log)).findingCount, 0);
  const witness = (stream: string) => (stream === 's' ? { version: 3 } : undefined);
  assert.equal((await verifyLog(log, { beside: async () => ({ witness }) })).findings, [
    { stream: 's', version: 1, kind: 'truncated' },
  ]);
});

test('findings are all counted, but only so many are kept', async () => {
  const streams = new Map(Array.from({ length: FINDINGS_MAX + 5 }, (_, n) => [`${n}`, clean.slice(0, 1)]));
  const result = await verifyLog(readable(streams));
  assert.is(result.findings.length, FINDINGS_MAX);
  assert.is(result.findingCount, FINDINGS_MAX + 5);
});

test.run();
