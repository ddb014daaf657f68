import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRoomWatch, type RoomWatch } from '../../../src/app/watching/room.ts';
import { journalInto } from '../../support/journal.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

type Context = {
  clock: VirtualClock;
  disk: { free: number | null; asked: number };
  said: string[];
  changes: boolean[];
  room: RoomWatch;
};

const test = suite<Context>('room on the disk');

test.before.each(async (context) => {
  const disk = { free: 1_000 as number | null, asked: 0 };
  const said: string[] = [];
  const changes: boolean[] = [];
  const clock = virtualClock();
  const freeBytes = async (): Promise<number> => {
    disk.asked += 1;
    if (disk.free === null) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
    return disk.free;
  };
  const journal = journalInto(said, ({ level, message }) => `${level}: ${message}`);
  const room = createRoomWatch({ reserveBytes: 500, freeBytes }, { clock, journal });
  room.start(() => changes.push(room.status().isShort));
  Object.assign(context, { clock, disk, said, changes, room });
  await clock.advance(0);
});

test('the disk is looked at every five seconds, and a change is told once', async ({
  clock,
  disk,
  said,
  changes,
  room,
}) => {
  assert.equal(room.status(), { isShort: false, freeBytes: 1_000 });
  disk.free = 499;
  await clock.advance(5_000);
  assert.equal(room.status(), { isShort: true, freeBytes: 499 });
  await clock.advance(60_000);
  disk.free = 500;
  await clock.advance(5_000);
  assert.equal(room.status(), { isShort: false, freeBytes: 500 });
  assert.is(disk.asked, 15);
  assert.equal(changes, [true, false]);
  assert.equal(said, [
    'error: the disk is nearly full: no new calls are taken',
    'info: there is room on the disk again',
  ]);
});

test('whoever needs to know now asks the disk itself', async ({ disk, room }) => {
  disk.free = 10;
  assert.is(await room.hasRoom(), false);
  assert.is(room.status().isShort, true);
  disk.free = 1_000;
  assert.is(await room.hasRoom(), true);
});

test('a disk that cannot be asked keeps nobody from being called: the next append tells', async ({
  clock,
  disk,
  said,
  room,
}) => {
  disk.free = null;
  await clock.advance(5_000);
  assert.equal(room.status(), { isShort: false, freeBytes: null });
  assert.is(await room.hasRoom(), true);
  assert.match(said.join(), 'cannot be told');
});

test('where the log grows on no disk of ours nothing is looked at, and there is room', async ({ clock, room }) => {
  room.close();
  const none = createRoomWatch(null, { clock, journal: journalInto([]) });
  none.start(() => assert.unreachable());
  assert.equal([await none.hasRoom(), none.status()], [true, { isShort: false, freeBytes: null }]);
  assert.is(clock.alarms(), 0);
});

test.run();
