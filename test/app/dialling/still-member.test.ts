import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createStillMember } from '../../../src/app/dialling/still-member.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import type { Member } from '../../../src/domain/member/members.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { journalInto } from '../../support/journal.ts';

const CALL: CallState = Conversation.initiated().state!;
const ANN: Member = { memberId: 'M-1', phoneNumber: '+15550100001' };

/** A table of members that is ours or only read, and in which there is what `find` gives. */
function asked(readOnly: string | null) {
  const lines: string[] = [];
  const table = { readOnly, find: async (): Promise<Member | null> => ANN };
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs };
  const ask = createStillMember({ members: table, clock, journal: journalInto(lines, ({ message }) => message) });
  return { table, clock, lines, ask: () => ask(CALL) };
}

test('who is there is dialled, and who is gone from a table of ours was removed', async () => {
  const { table, ask } = asked(null);
  assert.is(await ask(), 'dial');
  table.find = async () => null;
  assert.is(await ask(), 'removed');
});

test('while the members cannot be read a call waits, whosever they are', async () => {
  for (const readOnly of [null, 'it is the plan’s']) {
    const { table, lines, clock, ask } = asked(readOnly);
    table.find = async () => {
      throw new Error('away');
    };
    for (let n = 0; n < 100; n += 1, clock.nowMs += 60_000) assert.is(await ask(), 'wait');
    assert.match(lines[0]!, 'cannot be read');
  }
});

test('who is missing from the plan’s own table was removed only if that lasts: it may be filled anew', async () => {
  const { table, clock, ask } = asked('it is the plan’s');
  table.find = async () => null;
  assert.is(await ask(), 'wait');
  clock.nowMs += 59_999;
  assert.is(await ask(), 'wait');
  table.find = async () => ANN;
  assert.is(await ask(), 'dial');
  table.find = async () => null;
  clock.nowMs += 60_000;
  assert.is(await ask(), 'wait', 'it counts from when it was missing again');
  clock.nowMs += 60_000;
  assert.is(await ask(), 'removed');
});

test.run();
