import * as assert from 'uvu/assert';
import { PRESET_NAMES } from '../../../src/simulator/members/members.ts';
import { type Person, untilEnded } from '../../e2e/rig.ts';
import type { Stage } from '../stage.ts';
import { place } from './staff.ts';

const yes = { press: ['one' as const], afterMs: 1_000 };
const no = { press: ['two' as const], afterMs: 1_000 };

/** Those one meets less often. */
const OTHERS: readonly Person['behaviour'][] = [
  { reactions: [yes], otherwise: no },
  { reactions: [yes, no], otherwise: 'silent' },
  { reactions: [yes, yes, 'prompt-fails'], otherwise: 'prompt-fails' },
  { reactions: [{ press: ['a', 'pound', 'one'], afterMs: 1_000, betweenMs: 200 }], otherwise: 'silent' },
  { hangsUpAfterMs: 9_000 },
  { answer: { code: 403, subCode: 560_403, message: 'Forbidden.' }, ringMs: 500 },
  { answer: { code: 500, subCode: 560_486, sipDetails: { code: 486, message: 'Busy Here' } }, ringMs: 500 },
];

/** Everybody whom the simulator knows, all at once. */
export async function everybody(stage: Stage): Promise<void> {
  const session = await stage.start();
  const members = await Promise.all([...PRESET_NAMES, ...OTHERS].map((behaviour) => session.person(behaviour)));
  const calls = await Promise.all(members.map((member) => place(stage, member)));
  for (const call of calls) await untilEnded(stage.url, call);
  await session.close();
}

/** The same request twice is one call; the next call of the same member is another. */
export async function repeatedRequests(stage: Stage): Promise<void> {
  const session = await stage.start();
  const member = await session.person('says-no');
  const body = { priority: 'low', callbackUrl: `${stage.url}/api/calls/events` };
  const headers = { 'idempotency-key': 'golden-asked-twice' };
  const call = await place(stage, member, body, headers);
  assert.is(await place(stage, member, body, headers), call);
  await untilEnded(stage.url, call);
  assert.is(await place(stage, member, body, headers), call);
  const next = await place(stage, member, {}, { 'idempotency-key': 'golden-another' });
  assert.is.not(next, call);
  await untilEnded(stage.url, next);
  await session.close();
}
