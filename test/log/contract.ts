import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyStream } from '../../src/audit/verify/chain.ts';
import { EMPTY_HEAD, type Entry, type Head, headOf } from '../../src/domain/entries.ts';
import { type CallEventLog, LOG_LIMITS } from '../../src/log/port.ts';
import { entriesOf } from '../../src/log/stored-stream.ts';
import { collect } from '../support/collect.ts';
import { accepted, newEntry, rejectsWith } from './samples.ts';

export type OpenedLog = {
  readonly log: CallEventLog;
  /** Closes the log and opens the same store again. Absent: the store has nothing to close. */
  readonly reopen?: () => Promise<CallEventLog>;
  readonly cleanup: () => Promise<void>;
};

/** A store that claims to keep the port's promises. Each test opens one of its own, empty. */
export type LogStore = { readonly name: string; readonly open: () => Promise<OpenedLog> };

const STREAM = '018f3f4e-7c1a-7000-8000-000000000001';
const OTHER = 'member:A/1?#%\\ ü😀';
const HOUR_MS = 3_600_000;
const at = (hour: number) => new Date(Date.UTC(2024, 4, 1) + hour * HOUR_MS + 59_000);

/** Registers the tests that every adapter of the log passes. */
export function contract(store: LogStore): void {
  const tests = suite(`log contract: ${store.name}`);
  const promise = (name: string, body: (log: CallEventLog, opened: OpenedLog) => Promise<void>) =>
    tests(name, async () => {
      const opened = await store.open();
      try {
        await body(opened.log, opened);
      } finally {
        await opened.cleanup();
      }
    });

  promise('an unknown stream is an empty one', async (log) => {
    assert.equal(await log.read(STREAM), []);
    assert.equal(await log.read(STREAM, 7), []);
  });

  promise('what was appended is read back as it was returned, versions without a gap', async (log) => {
    const first = accepted(await log.append(STREAM, EMPTY_HEAD, [newEntry('a'), newEntry('b', { cause: 'a' })]));
    const second = accepted(await log.append(STREAM, headOf(first), [newEntry('c', { kind: 'outcome', cause: '' })]));
    const read = await log.read(STREAM);
    assert.equal(read, [...first, ...second]);
    assert.equal(
      read.map((entry) => [entry.stream, entry.version, entry.id, entry.cause]),
      [
        [STREAM, 1, 'a', null],
        [STREAM, 2, 'b', 'a'],
        [STREAM, 3, 'c', ''],
      ],
    );
    assert.equal(await log.read(STREAM, 2), read.slice(1));
    assert.equal(await log.read(STREAM, 4), []);
    assert.equal(verifyStream(STREAM, read), []);
  });

  promise(
    'asked whether it would take an append it says so, unless it has lost what was put into it',
    async (log, opened) => {
      accepted(await log.append(STREAM, EMPTY_HEAD, [newEntry('a')]));
      await log.probe(STREAM);
      assert.is((await log.read(STREAM)).length, 1);
      assert.equal(await collect(log.registered()), []);
      await rejectsWith('LOG_UNAVAILABLE', log.probe(OTHER));
      if (opened.reopen) await (await opened.reopen()).probe(STREAM);
    },
  );

  promise('a head that is not the stored one is a conflict and writes nothing', async (log) => {
    const head = headOf(accepted(await log.append(STREAM, EMPTY_HEAD, [newEntry('a'), newEntry('b')])));
    const wrong: Head[] = [
      EMPTY_HEAD,
      { version: 1, hash: head.hash },
      { version: 3, hash: head.hash },
      { version: 9, hash: head.hash },
      { version: 2, hash: 'f'.repeat(64) },
      { version: 2, hash: EMPTY_HEAD.hash },
    ];
    for (const other of wrong) assert.equal(await log.append(STREAM, other, [newEntry('x')]), { conflict: true });
    assert.is((await log.read(STREAM)).length, 2);
    accepted(await log.append(STREAM, head, [newEntry('c')]));
  });

  promise('a stream begins at version 1: a head of an empty stream that is not empty is a conflict', async (log) => {
    assert.equal(await log.append(STREAM, { version: 4, hash: 'a'.repeat(64) }, [newEntry('x')]), { conflict: true });
    assert.equal(await log.append(STREAM, { version: 0, hash: 'a'.repeat(64) }, [newEntry('x')]), { conflict: true });
    assert.equal(await log.read(STREAM), []);
  });

  promise('of twenty writers at one head exactly one wins', async (log) => {
    for (let round = 0, head = EMPTY_HEAD; round < 3; round++) {
      const writers = Array.from({ length: 20 }, (_, n) => log.append(STREAM, head, [newEntry(`${round}-${n}`)]));
      const results = await Promise.all(writers);
      const winners = results.filter((result) => 'entries' in result);
      assert.is(winners.length, 1);
      head = headOf(winners.flatMap(accepted));
      assert.is(head.version, round + 1);
    }
    assert.is((await log.read(STREAM)).length, 3);
  });

  promise('all entries of an append are kept, or none', async (log) => {
    const many = Array.from({ length: 30 }, (_, n) => newEntry(`e${n}`));
    const head = headOf(accepted(await log.append(STREAM, EMPTY_HEAD, many)));
    assert.is(head.version, 30);
    assert.equal(await log.append(STREAM, { ...head, version: 29 }, many), { conflict: true });
    assert.is((await log.read(STREAM)).length, 30);
  });

  promise('a conflict or a refusal harms no append that arrives with it', async (log) => {
    const tooLarge = newEntry('big', { data: 'x'.repeat(LOG_LIMITS.dataBytes + 1) });
    const results = await Promise.allSettled([
      log.append('a', EMPTY_HEAD, [newEntry('1')]),
      log.append('a', EMPTY_HEAD, [newEntry('2')]),
      log.append('b', EMPTY_HEAD, [newEntry('3'), tooLarge]),
      log.append('c', EMPTY_HEAD, [newEntry('4'), newEntry('5')]),
      log.append('d', { version: 3, hash: 'b'.repeat(64) }, [newEntry('6')]),
    ]);
    const verdicts = results.map((result) =>
      result.status === 'rejected' ? 'rejected' : Object.keys(result.value)[0],
    );
    assert.equal(verdicts, ['entries', 'conflict', 'rejected', 'entries', 'conflict']);
    const lengths = await Promise.all(['a', 'b', 'c', 'd'].map(async (stream) => (await log.read(stream)).length));
    assert.equal(lengths, [1, 0, 2, 0]);
  });

  promise('text is kept to the byte, whatever it holds', async (log) => {
    const texts = [
      ' {"a" :\t1,\r\n "b":"\\u00e9\\n\\/" } ',
      '{"name":"Zoë 😀 𝒳 日本 \u202e"}',
      '\'; DROP TABLE entries; -- " ` % _ \\',
      'a\u0000b\u0001\u007f\uffff\ufeff',
      '',
    ];
    const entries = texts.map((text, n) =>
      newEntry(`${text}#${n}`, { data: text, actor: text, type: text, cause: text }),
    );
    const appended = accepted(await log.append(OTHER, EMPTY_HEAD, entries));
    const read = await log.read(OTHER);
    assert.equal(read, appended);
    assert.equal(
      read.map((entry) => [entry.id, entry.data]),
      entries.map((entry) => [entry.id, entry.data]),
    );
    assert.equal(verifyStream(OTHER, read), []);
  });

  promise('text that would not be read back as it was written is refused', async (log) => {
    const half = '\ud83d';
    for (const entry of [newEntry(half), newEntry('a', { data: half }), newEntry('a', { cause: half })]) {
      assert.instance(await log.append(STREAM, EMPTY_HEAD, [entry]).catch((error: unknown) => error), TypeError);
    }
    assert.instance(await log.append(STREAM, EMPTY_HEAD, []).catch((error: unknown) => error), TypeError);
    assert.equal(await log.read(STREAM), []);
  });

  promise('what exceeds a limit is refused before anything is written, and the limit itself is not', async (log) => {
    const { entriesPerAppend, dataBytes, bytesPerAppend } = LOG_LIMITS;
    const copies = (count: number, data: string) => Array.from({ length: count }, (_, n) => newEntry(`${n}`, { data }));
    const full = 'x'.repeat(dataBytes);
    const refused = [
      copies(entriesPerAppend + 1, '{}'),
      [newEntry('small'), newEntry('big', { data: `${full}x` })],
      [newEntry('umlauts', { data: 'ü'.repeat(dataBytes / 2 + 1) })],
      [newEntry(`${full}x`)],
      copies(bytesPerAppend / dataBytes, full),
    ];
    for (const entries of refused) await rejectsWith('LOG_TOO_LARGE', log.append(STREAM, EMPTY_HEAD, entries));
    assert.equal(await log.read(STREAM), []);
    accepted(await log.append('count', EMPTY_HEAD, copies(entriesPerAppend, '{}')));
    accepted(await log.append('bytes', EMPTY_HEAD, [newEntry('a', { data: 'ü'.repeat(dataBytes / 2) })]));
    accepted(await log.append('sum', EMPTY_HEAD, copies(bytesPerAppend / dataBytes - 1, full)));
    assert.is((await log.read('sum')).at(-1)?.data, full);
  });

  promise('the register lists each stream once, oldest hour first, from the hour asked for', async (log) => {
    const registrations: [string, number][] = [
      ['late', 30],
      ['early', 0],
      ['next', 1],
      [OTHER, 1],
      ['early', 0],
    ];
    for (const [stream, hour] of registrations) await log.register(stream, at(hour));
    await Promise.all([log.register('late', at(30)), log.register('late', at(30))]);
    const all = await collect(log.registered());
    assert.equal([all[0], all.slice(1, 3).sort(), all[3], all.length], ['early', [OTHER, 'next'].sort(), 'late', 4]);
    assert.is((await collect(log.registered(at(1)))).length, 3);
    assert.equal(await collect(log.registered(at(2))), ['late']);
    assert.equal(await collect(log.registered(at(31))), []);
  });

  promise('a store that is opened again goes on where it was', async (log, { reopen }) => {
    if (reopen === undefined) return;
    await log.register(STREAM, at(0));
    const first = accepted(await log.append(STREAM, EMPTY_HEAD, [newEntry('a'), newEntry('b')]));
    const again = await reopen();
    assert.equal(await again.read(STREAM), first);
    assert.equal(await collect(again.registered()), [STREAM]);
    assert.equal(await again.append(STREAM, EMPTY_HEAD, [newEntry('x')]), { conflict: true });
    accepted(await again.append(STREAM, headOf(first), [newEntry('c')]));
  });

  promise('after any appends, sound or not, alone or together, the log equals the model', async (log) => {
    let run = 0;
    const step = fc.record({
      stream: fc.constantFrom('a', 'b', 'c'),
      texts: fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }),
      head: fc.constantFrom('right', 'right', 'low', 'high', 'hash'),
    });
    const property = fc.asyncProperty(fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 6 }), async (rounds) => {
      run += 1;
      const model = new Map<string, Entry[]>();
      for (const steps of rounds) {
        const heads = new Map(steps.map(({ stream }) => [stream, headOf(model.get(stream) ?? [])]));
        const won = new Set<string>();
        const appends = steps.map(({ stream, texts, head }) => {
          const right = heads.get(stream) ?? EMPTY_HEAD;
          const entries = texts.map((text) => newEntry(text, { data: text }));
          return log.append(`${run}-${stream}`, disturbed(right, head), entries);
        });
        for (const [n, result] of (await Promise.all(appends)).entries()) {
          const { stream, texts, head } = steps[n]!;
          assert.is('entries' in result, head === 'right' && !won.has(stream));
          if (!('entries' in result)) continue;
          won.add(stream);
          assert.equal(
            result.entries.map((entry) => entry.data),
            texts,
          );
          model.set(stream, [...(model.get(stream) ?? []), ...result.entries]);
        }
      }
      for (const stream of ['a', 'b', 'c']) {
        const read = await log.read(`${run}-${stream}`);
        assert.equal(read, model.get(stream) ?? []);
        assert.equal(verifyStream(`${run}-${stream}`, read), []);
        if (log.readStored) assert.equal(entriesOf(await log.readStored(`${run}-${stream}`)), read);
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });

  tests.run();
}

function disturbed(head: Head, how: 'right' | 'low' | 'high' | 'hash'): Head {
  if (how === 'low') return { ...head, version: head.version - 1 };
  if (how === 'high') return { ...head, version: head.version + 1 };
  if (how === 'hash') return { ...head, hash: head.hash.replace(/^./, head.hash.startsWith('a') ? 'b' : 'a') };
  return head;
}
