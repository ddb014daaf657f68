import { randomUUID } from 'node:crypto';
import * as assert from 'uvu/assert';
import { createSessions } from '../../../src/audit/sessions/sessions.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import type { Stage } from '../stage.ts';

const ANNA = { by: 'person', name: '00000000-0000-4000-8000-0000000000a1' } as const;
const NOBODY_HERE = { by: 'person', name: '00000000-0000-4000-8000-0000000000a2' } as const;
const TOOL = { by: 'api-key', name: 'ada' } as const;
const FROM = { roles: ['Coordinator', 'Compliance'], address: '192.0.2.7' } as const;

/** People sign in and out in every way there is, one is turned away, and one session goes on. */
export async function signIns(stage: Stage): Promise<void> {
  const { log, close } = await stage.start();
  const sessions = createSessions({ log, clock: systemClock, freshId: randomUUID });
  const [over, idle] = [await sessions.begin(ANNA, FROM), await sessions.begin(ANNA, FROM)];
  await sessions.end(over, 'signed-out', 'coordinator:anna');
  await sessions.end(idle, 'idle', 'coordinator:anna');
  for (let browser = 0; browser < 2; browser += 1) await sessions.begin(ANNA, { ...FROM, address: null });
  assert.is(await sessions.endAll(ANNA, 'coordinator:anna'), 2);
  for (const reason of ['roles', 'tenant'] as const)
    await sessions.refuse(NOBODY_HERE, { reason, address: '192.0.2.8' });
  await sessions.begin(TOOL, { roles: ['Operator'], address: '192.0.2.9' });
  await close();
}
