import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { isCallStream, isMemberStream, memberStream } from '../../../src/domain/streams.ts';
import { LogError } from '../../../src/log/port.ts';
import { newEntry, rejectsWith } from '../../log/samples.ts';
import { callback } from '../../support/callbacks.ts';
import { collect } from '../../support/collect.ts';
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

/** A process that dies after the member is its own, and before anything else is known of the call. */
async function wonOnly(): Promise<string> {
  const { log } = rig.stores;
  const dying = await rig.start({
    log: {
      ...log,
      async register(stream, at) {
        if (isCallStream(stream)) throw new LogError('LOG_UNAVAILABLE', 'the process is gone');
        return log.register(stream, at);
      },
    },
  });
  await rejectsWith('LOG_UNAVAILABLE', dying.initiate({ memberId: 'M-1', actor: 'coordinator:ann' }));
  await dying.close();
  return (await rig.stream(memberStream('M-1'))).at(-1)!.id;
}

test('one that was won and never put on the register is found within the hour, and closed', async () => {
  const call = await wonOnly();
  assert.equal((await collect(rig.stores.log.registered())).filter(isCallStream), []);
  const app = await rig.start();
  await clock.advance(3_600_000);
  await app.idle();
  assert.equal(
    (await rig.stream(call)).map(({ type }) => type),
    ['InitiateCall', 'CloseCall'],
  );
  assert.ok((await collect(rig.stores.log.registered())).includes(call));
  assert.is(rig.simulator.stats().dials, 0);
});

test('the same of a member who was called in an earlier hour', async () => {
  const earlier = await rig.start();
  const called = await earlier.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(called.ok);
  await earlier.recordCallbacks(called.callSessionId, [callback('CallDisconnected')]);
  await earlier.close();
  await clock.advance(5 * 3_600_000);
  const call = await wonOnly();
  const app = await rig.start();
  await clock.advance(3_600_000);
  await app.idle();
  assert.equal(
    (await rig.stream(call)).map(({ type }) => type),
    ['InitiateCall', 'CloseCall'],
  );
});

test('where every call has begun no member is read', async () => {
  const read: string[] = [];
  const { log } = rig.stores;
  const app = await rig.start();
  assert.ok((await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' })).ok);
  await app.idle();
  const watching = await rig.start({
    log: {
      ...log,
      async read(stream, from) {
        read.push(stream);
        return log.read(stream, from);
      },
    },
  });
  await clock.advance(3_600_000);
  await watching.idle();
  assert.equal(read.filter(isMemberStream), []);
});

test.run();
