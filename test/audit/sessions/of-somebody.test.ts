import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { endAllOf, nameMeant, sessionsOf } from '../../../src/audit/sessions/of-somebody.ts';
import { createSessions } from '../../../src/audit/sessions/sessions.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const BEGUN = { roles: ['Coordinator'], address: null } as const;

function rig() {
  const clock = virtualClock();
  const log = memoryLog();
  let ids = 0;
  const instance = () => createSessions({ log, clock, freshId: () => `id-${++ids}` });
  return { clock, log, instance, sessions: instance() };
}

test('somebody is named as the log has them, with a role before it or without', () => {
  for (const text of ['anna', ' anna ', 'coordinator:anna', 'operator:anna']) assert.is(nameMeant(text), 'anna');
  for (const text of ['', 'a b', 'coordinator:', 'coordinator:operator:anna', '../anna', 'x'.repeat(65)])
    assert.is(nameMeant(text), null, text);
});

test('all sessions of somebody end, however they signed in, with who ended them and why; nobody else’s do', async () => {
  const { sessions, log } = rig();
  await sessions.begin({ by: 'person', name: 'anna' }, BEGUN);
  await sessions.begin({ by: 'api-key', name: 'anna' }, BEGUN);
  const other = await sessions.begin({ by: 'api-key', name: 'annabel' }, BEGUN);
  const asked = { name: 'anna', actor: 'operator:olga', reason: 'the laptop was lost' };
  assert.is(await endAllOf(sessions, asked), 2);
  assert.is(await endAllOf(sessions, asked), 0);
  assert.equal(await sessionsOf(sessions, 'anna'), []);
  assert.ok(await sessions.find(other));
  const [, ended, ...rest] = await log.read('sessions:2026-03:api-key:anna');
  assert.equal([ended?.type, ended?.actor, rest], ['SignOutEverywhere', 'operator:olga', []]);
  assert.equal(JSON.parse(ended!.data), { reason: 'the laptop was lost' });
});

test('another instance heeds it within 15 seconds', async () => {
  const { clock, sessions, instance } = rig();
  const other = instance();
  const ref = await sessions.begin({ by: 'person', name: 'anna' }, BEGUN);
  assert.ok(await other.find(ref));
  await endAllOf(sessions, { name: 'anna', actor: 'operator:olga', reason: 'left' });
  await clock.advance(15_000);
  assert.is(await other.find(ref), null);
});

test.run();
