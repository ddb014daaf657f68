import { type Person, untilEnded } from '../../e2e/rig.ts';
import { until } from '../../support/until.ts';
import { SECOND_VERSION } from '../scripts.ts';
import type { Stage } from '../stage.ts';
import { place, untilAsked, untilRecorded } from './staff.ts';

const KINDS: readonly Person['behaviour'][] = [
  'answers-all',
  'hangs-up-during-question-2',
  'silent-mailbox',
  'says-no',
];

/** Callbacks doubled, late, lost, out of order, in pairs and of unknown types. */
export async function unrulyCallbacks(stage: Stage): Promise<void> {
  const session = await stage.start();
  stage.faults({
    callbackDuplicateRate: 0.5,
    callbackDuplicateDelayMs: 10_000,
    callbackReorderWindowMs: 4_000,
    callbackDropRate: 0.08,
    callbackPairRate: 0.2,
    callbackUnknownTypeRate: 0.1,
    callbackBeforeResponseRate: 0.3,
    lateRecognizeCanceledRate: 1,
  });
  const members = await Promise.all(KINDS.map((behaviour) => session.person(behaviour)));
  const calls = await Promise.all(members.map((member) => place(stage, member)));
  for (const call of calls) await untilEnded(stage.url, call);
  await until('all are delivered', () => stage.simulator.stats().callbacksPending === 0);
  stage.faults({});
  await session.close();
}

/** An answer that is recorded when its call has ended. */
export async function answersAfterTheEnd(stage: Stage): Promise<void> {
  const session = await stage.start();
  stage.faults({ callbackTypes: ['RecognizeCompleted'], callbackReorderWindowMs: 30_000 });
  for (const _ of [1, 2]) {
    const member = await session.person({ reactions: [{ press: ['one'], afterMs: 500 }] });
    const call = await place(stage, member);
    const line = () => stage.simulator.calls().find(({ number }) => number === member.phoneNumber);
    await until('the first question is asked', () => (line()?.recognizes ?? 0) >= 2);
    stage.simulator.press(line()!.callConnectionId, ['one']);
    stage.simulator.hangUp(line()!.callConnectionId);
    await untilEnded(stage.url, call);
  }
  await until('all are delivered', () => stage.simulator.stats().callbacksPending === 0);
  stage.faults({});
  await session.close();
}

/** A key whose word comes after the same question was asked once more, in vain, and the next one was answered. */
export async function answersAfterATimeOut(stage: Stage): Promise<void> {
  const session = await stage.start({ questionnaire: SECOND_VERSION });
  const one = { press: ['one' as const], afterMs: 1_500 };
  const call = await place(stage, await session.person({ reactions: [one, one, 'silent', one] }));
  await untilAsked(session, call, 2);
  stage.faults({ callbackTypes: ['RecognizeCompleted'], callbackDelayMs: 300_000, callbackReorderWindowMs: 1 });
  await untilRecorded(session, call, 'Microsoft.Communication.RecognizeFailed');
  stage.faults({});
  await untilEnded(stage.url, call);
  await until('all are delivered', () => stage.simulator.stats().callbacksPending === 0);
  await session.close();
}
