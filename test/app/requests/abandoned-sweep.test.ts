import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { memberStream } from '../../../src/domain/streams.ts';
import { newEntry } from '../../log/samples.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

const CALL = '0190a5a8-0000-7000-8000-000000000001';
let rig: Rig;
let clock: VirtualClock;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
});
test.after.each(() => rig.close());

/** A process died between the two appends: the member has a call that has no entry. */
async function openedOnly(at: Date): Promise<void> {
  const { log } = rig.stores;
  const stream = memberStream('M-1');
  await log.register(CALL, at);
  await log.register(stream, at);
  const data = JSON.stringify({ callSessionId: CALL, phoneNumber: '+15550123' });
  const entry = newEntry(CALL, {
    kind: 'command',
    type: 'OpenCall',
    actor: 'coordinator:ann',
    at: at.toISOString(),
    data,
  });
  await log.append(stream, EMPTY_HEAD, [entry]);
}

test('a call that was opened and never began is closed within the hour, and nobody is dialled for it', async () => {
  await openedOnly(new Date(clock.now()));
  const app = await rig.start({});
  await clock.advance(3_600_000);
  await app.idle();
  const types = (await rig.stream(CALL)).map(({ type }) => type);
  assert.equal(types, ['InitiateCall', 'CloseCall']);
  assert.is((await app.status(CALL))?.session.memberId, 'M-1');
});

test('one that may still begin is left alone', async () => {
  const app = await rig.start({});
  await clock.advance(3_600_000 - 30_000);
  await openedOnly(new Date(clock.now()));
  await clock.advance(30_000);
  await app.idle();
  assert.equal(await rig.stream(CALL), []);
});

test.run();
