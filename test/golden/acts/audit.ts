import * as assert from 'uvu/assert';
import { createReplays } from '../../../src/audit/replay/replays.ts';
import { randomIds } from '../../../src/composition/ids.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import { untilEnded } from '../../e2e/rig.ts';
import type { Stage } from '../stage.ts';
import { place } from './staff.ts';

/** What is asked for of a member whom the log knows, and of one whom it does not. */
export async function requestsForMembers(stage: Stage): Promise<void> {
  const session = await stage.start();
  const replays = createReplays({ ...session.stores, providers: PROVIDERS, clock: systemClock, ids: randomIds });
  const [called, other] = [await session.person('busy'), await session.person('busy')];
  await untilEnded(stage.url, await place(stage, called));
  const actor = 'compliance:local';
  const asked = [
    { kind: 'deletion', memberId: called.memberId, reason: 'wrote to us' },
    { kind: 'hold', memberId: other.memberId, reason: 'a court asks' },
  ] as const;
  for (const request of asked) assert.ok(await replays.request({ ...request, actor }));
  await session.close();
}
