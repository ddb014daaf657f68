import * as assert from 'uvu/assert';
import { systemClock } from '../../../src/composition/system-clock.ts';
import type { OpenCallBody } from '../../../src/domain/member/member.ts';
import type { Member } from '../../../src/domain/member/members.ts';
import { untilEnded } from '../../e2e/rig.ts';
import type { Session, Stage } from '../stage.ts';
import { ask, place } from './staff.ts';

const DAY_MS = 86_400_000;
const KEYED = { 'idempotency-key': 'golden-begun-twice' };

/** A call that was opened for its member, and never begun. */
export type Opened = { readonly member: Member; readonly callSessionId: string };

/** A server of the day before, whose log takes no call's first entry. */
export async function dayBefore(stage: Stage): Promise<{ readonly keyed: Opened; readonly abandoned: Opened }> {
  const clock = { ...systemClock, now: () => Date.now() - DAY_MS };
  const session = await stage.start({ clock });
  session.log.fail(['refused', 'refused'], /^[0-9a-f]{8}-/);
  const keyed = await open(stage, session, KEYED);
  const abandoned = await open(stage, session, {});
  await session.close();
  return { keyed, abandoned };
}

async function open(stage: Stage, session: Session, headers: Record<string, string>): Promise<Opened> {
  const member = await session.person('answers-all');
  const { status } = await ask(stage.url, `/api/calls/initiate/${member.memberId}`, undefined, headers);
  assert.is(status, 503);
  const [opening] = await session.log.read(`member:${member.memberId}`);
  const { callSessionId } = JSON.parse(opening!.data) as OpenCallBody;
  return { member, callSessionId };
}

/** The same request again begins the call after all. */
export async function begin(stage: Stage, { member, callSessionId }: Opened): Promise<void> {
  assert.is(await place(stage, member, undefined, KEYED), callSessionId);
  await untilEnded(stage.url, callSessionId);
}

/** Another request closes what was abandoned, and calls. */
export async function replace(stage: Stage, { member, callSessionId }: Opened): Promise<void> {
  const call = await place(stage, member);
  assert.is.not(call, callSessionId);
  await untilEnded(stage.url, call);
}
