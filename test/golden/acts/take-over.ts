import * as assert from 'uvu/assert';
import type { Member } from '../../../src/domain/member/members.ts';
import { untilEnded } from '../../e2e/rig.ts';
import { CARELESS, SECOND_VERSION } from '../scripts.ts';
import type { Stage } from '../stage.ts';
import { cancel, place, untilAsked, untilRecorded } from './staff.ts';

/**
 * A server stops in the midst of calls: one is asked a question, one rings, one waits for a line. Of what happens to them
 * from then on nothing is delivered.
 * @returns the calls
 */
export async function stopInTheMidst(stage: Stage): Promise<readonly string[]> {
  const session = await stage.start({ dialPolicy: { concurrentCalls: 2, callsPerSecond: 10_000 } });
  const asked = await place(stage, await session.person('answers-person-then-silent'));
  await untilAsked(session, asked, 2);
  stage.faults({ callbackDropRate: 1 });
  const rings = await place(stage, await session.person('answers-all'));
  await untilRecorded(session, rings, 'Accepted');
  const waits = await place(stage, await session.person('busy'));
  await session.close();
  return [asked, rings, waits];
}

/** The next server has nothing but the deadlines of such calls, and a newer script. */
export async function takeOver(stage: Stage): Promise<void> {
  const calls = await stopInTheMidst(stage);
  const session = await stage.start({ questionnaire: SECOND_VERSION });
  stage.faults({});
  assert.is(session.app.caughtUp.open, calls.length);
  for (const call of calls) await untilEnded(stage.url, call);
  await session.close();
}

const one = { press: ['one' as const], afterMs: 1_000 };

/** Calls with the second script; one is cancelled while it says goodbye, one is of somebody called before. */
export async function secondScript(stage: Stage, known: Member): Promise<void> {
  const session = await stage.start({ questionnaire: SECOND_VERSION });
  const keys = [one, { press: ['pound' as const], afterMs: 1_000 }, { press: ['zero' as const], afterMs: 1_000 }];
  const members = [
    known,
    await session.person({ reactions: keys }),
    await session.person({ reactions: [{ press: ['asterisk'], afterMs: 1_000 }] }),
    await session.person({ reactions: [one, 'silent', one] }),
  ];
  const calls = await Promise.all(members.map((member) => place(stage, member)));
  const thanked = await place(stage, await session.person('answers-all'));
  await untilRecorded(session, thanked, 'SayMessage');
  await cancel(stage, thanked);
  for (const call of [...calls, thanked]) await untilEnded(stage.url, call);
  await session.close();
}

/** A script that would tell a mailbox what is for a person only. */
export async function carelessScript(stage: Stage): Promise<void> {
  const session = await stage.start({ questionnaire: CARELESS });
  await untilEnded(stage.url, await place(stage, await session.person('silent-mailbox')));
  await session.close();
}
