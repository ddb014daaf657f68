import * as assert from 'uvu/assert';
import type { Member } from '../../../src/domain/member/members.ts';
import { untilEnded } from '../../e2e/rig.ts';
import { IMPATIENT } from '../../support/application.ts';
import { until } from '../../support/until.ts';
import type { Session, Stage } from '../stage.ts';

/** Asks the server for something as staff do. @returns the answer's body */
export async function ask(url: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers: { ...type, ...headers }, ...content });
  const answer = (await response.json()) as { callSessionId: string; code?: string };
  return { ...answer, status: response.status };
}

/** Has a member called. @returns the callSessionId */
export async function place({ url }: Stage, member: Member, body?: unknown, headers?: Record<string, string>) {
  const answer = await ask(url, `/api/calls/initiate/${member.memberId}`, body, headers);
  assert.is(answer.status, 202, answer.code);
  return answer.callSessionId;
}

/** Waits until an entry of this type stands in the call. */
export function untilRecorded({ log }: Session, call: string, type: string): Promise<void> {
  return until(`${type} is recorded`, async () => (await log.read(call)).some((entry) => entry.type === type));
}

/** Waits until the call has been asked so many things, the question whether anybody is there among them. */
export function untilAsked({ log }: Session, call: string, count: number): Promise<void> {
  return until(`${count} questions are asked`, async () => {
    return (await log.read(call)).filter(({ type }) => type === 'AskQuestion').length >= count;
  });
}

export async function cancel({ url }: Stage, call: string, reason?: string): Promise<void> {
  const { status, code } = await ask(url, `/api/calls/${call}/cancel`, reason === undefined ? undefined : { reason });
  assert.is(status, 202, code);
}

/** Only one line: others wait, the campaign's longest, and one is cancelled before its turn. */
export async function waitingCalls(stage: Stage): Promise<void> {
  const session = await stage.start({ dialPolicy: { concurrentCalls: 1, callsPerSecond: 10_000 } });
  const people = await Promise.all(
    ['says-no', 'says-no', 'busy', 'busy'].map((kind) => session.person(kind as 'busy')),
  );
  const [holder, low, normal, unwanted] = people as [Member, Member, Member, Member];
  const first = await place(stage, holder, { priority: 'normal' });
  const campaign = await place(stage, low, { priority: 'low' });
  const usual = await place(stage, normal);
  await cancel(stage, await place(stage, unwanted), 'entered twice');
  for (const call of [first, campaign, usual]) await untilEnded(stage.url, call);
  await session.close();
}

/** Only one line, which is taken for longer than anybody may wait. */
export async function expiredCalls(stage: Stage): Promise<void> {
  const dialPolicy = { concurrentCalls: 1, callsPerSecond: 10_000 };
  const session = await stage.start({ dialPolicy, timing: { ...IMPATIENT, queueMs: 500 } });
  const holder = await place(stage, await session.person({ preset: 'says-no', ringMs: 100_000 }));
  const late = await place(stage, await session.person('busy'));
  for (const call of [late, holder]) await untilEnded(stage.url, call);
  await session.close();
}

/** Cancelled while it rings, while a question is asked, and while a request for a dial is refused. */
export async function cancelledCalls(stage: Stage): Promise<void> {
  const session = await stage.start();
  const ringing = await place(stage, await session.person({ ringMs: 60_000 }));
  await untilRecorded(session, ringing, 'Accepted');
  await cancel(stage, ringing);
  const asked = await place(stage, await session.person('answers-person-then-silent'));
  await untilAsked(session, asked, 2);
  await cancel(stage, asked, 'asked for by the plan');
  await cancel(stage, asked, 'once more');
  stage.faults({ requestOperations: ['createCall'], throttleRate: 1, retryAfterSeconds: 5 });
  const refused = await place(stage, await session.person('answers-all'));
  await untilRecorded(session, refused, 'Rejected');
  await cancel(stage, refused);
  for (const call of [ringing, asked, refused]) await untilEnded(stage.url, call);
  stage.faults({});
  await session.close();
}
