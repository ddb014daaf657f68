import * as assert from 'uvu/assert';
import { createReplays } from '../../../src/audit/replay/replays.ts';
import { randomIds } from '../../../src/composition/ids.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { untilEnded } from '../../e2e/rig.ts';
import type { Stage } from '../stage.ts';
import { place } from './staff.ts';

/** What is asked for of a member whom the log knows, and of one whom it does not. @returns the call of the first */
export async function requestsForMembers(stage: Stage): Promise<{ readonly id: string; readonly memberId: string }> {
  const session = await stage.start();
  const replays = createReplays({ ...session.stores, providers: PROVIDERS, clock: systemClock, ids: randomIds });
  const [called, other] = [await session.person('busy'), await session.person('busy')];
  const id = await place(stage, called);
  await untilEnded(stage.url, id);
  const actor = 'compliance:local';
  const asked = [
    { kind: 'deletion', memberId: called.memberId, reason: 'wrote to us' },
    { kind: 'hold', memberId: other.memberId, reason: 'a court asks' },
  ] as const;
  for (const request of asked) assert.ok(await replays.request({ ...request, actor }));
  await session.close();
  return { id, memberId: called.memberId };
}
