import { randomUUID } from 'node:crypto';
import * as assert from 'uvu/assert';
import { uuidv7 } from '../../../src/composition/ids.ts';
import { inQuarantine } from '../../support/quarantine.ts';
import { until } from '../../support/until.ts';
import type { Session, Stage } from '../stage.ts';
import { begin, type Opened, replace } from './day-before.ts';
import { ask } from './staff.ts';

/** Calls that the log does not know, as after a backup was restored: one callback each. One becomes known later. */
export async function unknownCalls(stage: Stage, keyed: Opened, abandoned: Opened): Promise<void> {
  const session = await stage.start();
  for (const call of [keyed.callSessionId, uuidv7(Date.now()), uuidv7(Date.now())]) await dial(stage, session, call);
  await until('three wait', async () => (await inQuarantine(session.app)).length === 3);
  const items = await inQuarantine(session.app);
  const early = items.find(({ callSessionId }) => callSessionId === keyed.callSessionId)!;
  const given = items.find(({ callSessionId }) => callSessionId !== keyed.callSessionId)!;
  const path = ({ id }: { readonly id: string }) => `/api/quarantine/${encodeURIComponent(id)}`;
  assert.is((await ask(stage.url, `${path(early)}/release`)).code, 'CALL_STILL_UNKNOWN');
  await begin(stage, keyed);
  assert.is((await ask(stage.url, `${path(early)}/release`)).status, 200);
  assert.is((await ask(stage.url, `${path(given)}/discard`, { reason: 'of a test that nobody knows' })).status, 200);
  assert.is((await inQuarantine(session.app)).length, 1);
  await replace(stage, abandoned);
  await session.close();
}

/** Dials in the name of a call, and tells no log. */
async function dial({ callbackUri }: Stage, { person, telephony }: Session, callSessionId: string): Promise<void> {
  const { phoneNumber } = await person('busy');
  const at = new Date().toISOString();
  const body = {
    attempt: 1,
    to: phoneNumber,
    from: '+15550100000',
    callbackUrl: '',
    repeatabilityRequestId: randomUUID(),
    repeatabilityFirstSent: at,
    answerBy: at,
    resultBy: at,
  };
  const target = { callConnectionId: null, phoneNumber, callbackUri: callbackUri(callSessionId), isOurs: () => true };
  const outcome = await telephony.send({ id: `${callSessionId}/2`, type: 'PlaceCall', body }, target);
  assert.is(outcome.type, 'Accepted');
}
