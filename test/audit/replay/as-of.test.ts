import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { knownBy } from '../../../src/audit/replay/as-of.ts';
import { replayOf } from '../../../src/audit/replay/replay.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { CALL, Conversation } from '../../domain/call/conversation.ts';
import { streamOf } from './samples.ts';

const call = Conversation.withPerson().accepted().wait(2_000).press('one').accepted().press('two').disconnected();
const entries = streamOf(call.stored);
const versions = (known: readonly Entry[]) => known.map(({ version }) => version);
const replay = (asOf: Parameters<typeof knownBy>[1]) =>
  replayOf(PROVIDERS, { callSessionId: CALL, entries, flaws: [] }, asOf);

test('as of a version it is those entries, told as they were told when there were no more', () => {
  const whole = replay(null);
  for (const { version } of entries) {
    const then = replay({ version });
    assert.equal(then.steps, whole.steps.slice(0, version));
    assert.is(then.entries.length, version);
  }
});

test('as of a version that is yet to come it is the whole call', () => {
  assert.equal(replay({ version: 9_999 }), replay(null));
});

test('as of a time it is what was recorded by then, that moment included', () => {
  for (const { at, version } of entries) {
    const known = knownBy(entries, { at });
    assert.ok(known.length >= version);
    assert.ok(known.every((entry) => entry.at <= at));
    const next = entries[known.length];
    assert.ok(!next || next.at > at);
  }
});

test('before its first entry nothing was known of the call', () => {
  const then = replay({ at: '2026-03-02T14:59:59.999Z' });
  assert.equal([then.steps, then.memberId, then.entries], [[], null, []]);
});

test('what stands behind an entry of a later time does not show through, whatever time it bears', () => {
  const set = entries.map((entry) => (entry.version === 5 ? { ...entry, at: '2027-01-01T00:00:00.000Z' } : entry));
  assert.equal(versions(knownBy(set, { at: entries.at(-1)!.at })), [1, 2, 3, 4]);
});

test.run();
