import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openCalls } from '../../../src/app/watching/open-calls.ts';
import { LONGEST_CALL_MS, TIMING } from '../../../src/domain/call/timing.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { journalInto } from '../../support/journal.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { START, virtualClock } from '../../support/virtual-clock.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';
const HOUR_MS = 3_600_000;

test('a call that waited for as long as it may, and has stood for as long as one can, is among the open ones', async () => {
  const log = memoryLog();
  const timing = { queueMs: 24 * HOUR_MS };
  await log.register(CALL, new Date(START - timing.queueMs - LONGEST_CALL_MS + HOUR_MS));
  const state = { ...Conversation.placed().state!, callSessionId: CALL };
  const recorder = { parked: () => [], load: async () => state };
  const found = await openCalls({ log, recorder, timing, journal: journalInto([], () => '') }, virtualClock());
  assert.equal(
    found.map(({ callSessionId }) => callSessionId),
    [CALL],
  );
});

test('a call that is over is not, and neither is one that was opened too long ago', async () => {
  const log = memoryLog();
  const [over, old] = [CALL, CALL.replace(/1$/, '2')];
  await log.register(over, new Date(START));
  await log.register(old, new Date(START - TIMING.queueMs - LONGEST_CALL_MS - 2 * HOUR_MS));
  const states = new Map([
    [over, Conversation.answered().disconnected().state!],
    [old, Conversation.placed().state!],
  ]);
  const recorder = { parked: () => [], load: async (id: string) => states.get(id) ?? null };
  const deps = { log, recorder, timing: TIMING, journal: journalInto([], () => '') };
  assert.equal(await openCalls(deps, virtualClock()), []);
});

test.run();
