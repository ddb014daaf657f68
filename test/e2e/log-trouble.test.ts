import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD } from '../../src/domain/entries.ts';
import { LogError } from '../../src/log/port.ts';
import { openSqliteLog } from '../../src/log/sqlite/log.ts';
import { until } from '../support/until.ts';
import { FORBEARING, type ImpatientRig, playPatiently, startImpatientRig } from './impatient-rig.ts';
import { answersOf, assertDialledOnce, assertSound, initiate, makeDataDir, statusOf, untilEnded } from './rig.ts';

const SECOND_CALL = 'M-2';
let rig: ImpatientRig;

test.before(async () => {
  const answering = { behaviour: 'answers-all' } as const;
  const people = [answering, answering, answering];
  // As many attempts as it takes until the log is mended.
  rig = await startImpatientRig(people, { callbackAttempts: 20 }, FORBEARING);
});
test.after(() => rig.close());

const everything = Array.from({ length: 10_000 }, () => 'refused' as const);

test('an initiate that the log cannot take is refused with 503 and Retry-After, and succeeds when it can', async () => {
  rig.log.fail(everything);
  const refused = await fetch(`${rig.url}/api/calls/initiate/M-1`, { method: 'POST' });
  assert.is(refused.status, 503);
  assert.match(String(refused.headers.get('retry-after')), /^\d+$/);
  assert.match(String(refused.headers.get('content-type')), 'application/problem+json');
  assert.is(((await refused.json()) as { code: string }).code, 'UNAVAILABLE');
  assert.equal(await rig.log.read('member:M-1'), []);
  assert.is(rig.simulator.stats().dials, 0);
  rig.log.fail([]);
  const call = await untilEnded(rig.url, await initiate(rig.url, 'M-1'));
  assert.equal(answersOf(call), ['1:yes', '2:yes', '3:yes']);
});

test('a call that was opened and could not be begun is taken up by the same Idempotency-Key', async () => {
  const headers = { 'idempotency-key': 'once' };
  rig.log.fail(everything, /^[^m]/);
  const refused = await fetch(`${rig.url}/api/calls/initiate/${SECOND_CALL}`, { method: 'POST', headers });
  assert.is(refused.status, 503);
  assert.is((await rig.log.read(`member:${SECOND_CALL}`)).length, 1);
  rig.log.fail([]);
  const open = await fetch(`${rig.url}/api/calls/initiate/${SECOND_CALL}`, { method: 'POST' });
  assert.is(open.status, 409);
  const { callSessionId } = (await open.json()) as { callSessionId: string };
  assert.is(await initiate(rig.url, SECOND_CALL, headers), callSessionId);
  assert.is((await untilEnded(rig.url, callSessionId)).disposition, 'completed');
});

test('callbacks that the log cannot take are refused, sent again, and the call goes on without a loss', async () => {
  const id = await initiate(rig.url, 'M-3');
  await until('the phone has been answered', async () => (await statusOf(rig.url, id)).status === 'Connected');
  const before = rig.simulator.stats();
  rig.log.fail(everything);
  await until('callbacks were refused', () => {
    const now = rig.simulator.stats();
    return now.callbackAttempts - before.callbackAttempts > now.callbacksSent - before.callbacksSent;
  });
  const { length } = await rig.log.read(id);
  await until('they are sent again', () => rig.simulator.stats().callbackAttempts > before.callbackAttempts + 2);
  assert.is((await rig.log.read(id)).length, length, 'nothing is half written');
  rig.log.fail([]);
  assert.is((await untilEnded(rig.url, id)).disposition, 'completed');
});

test('an append whose outcome nobody knows delays a call, and neither doubles nor ends it', async () => {
  // What was lost is found by its deadline, so here limits must be short.
  const played = await playPatiently(
    async (patience) => {
      const own = await startImpatientRig([{ behaviour: 'answers-all' }], { callbackAttempts: 20 }, patience);
      const id = await initiate(own.url, 'M-1');
      own.log.fail(['committed', 'lost', 'committed', 'lost'], new RegExp(id));
      const call = await untilEnded(own.url, id);
      await own.app.idle();
      assertDialledOnce(own.simulator, own.members, true);
      await assertSound(own.stores);
      await own.close();
      return call;
    },
    ({ disposition }) => disposition === 'completed',
  );
  assert.is(played.at(-1)?.disposition, 'completed');
  assert.equal(answersOf(played.at(-1)!), ['1:yes', '2:yes', '3:yes']);
});

test('after all of it the log is sound, and no phone was dialled twice', async () => {
  await rig.app.idle();
  assertDialledOnce(rig.simulator, rig.members, true);
  await assertSound(rig.stores);
});

test('a full disk is an outage: the log says so, keeps what it has, and takes entries again when there is room', async () => {
  const dir = await makeDataDir([]);
  const path = join(dir, 'full.db');
  const entry = {
    kind: 'command',
    type: 'T',
    at: 'now',
    actor: 'test',
    cause: null,
    data: 'x'.repeat(20_000),
  } as const;
  const full = openSqliteLog(path, { pagesMax: 20 });
  let written = 0;
  let code = '';
  for (let index = 0; index < 20 && code === ''; index += 1) {
    const appending = full.append(`stream-${index}`, EMPTY_HEAD, [{ ...entry, id: `id-${index}` }]);
    await appending.then(
      () => (written += 1),
      (error: unknown) => (code = error instanceof LogError ? error.code : String(error)),
    );
  }
  assert.is(code, 'LOG_UNAVAILABLE');
  await full.close();
  const roomy = openSqliteLog(path);
  for (let index = 0; index < written; index += 1) assert.is((await roomy.read(`stream-${index}`)).length, 1);
  assert.equal(await roomy.read(`stream-${written}`), []);
  assert.ok('entries' in (await roomy.append(`stream-${written}`, EMPTY_HEAD, [{ ...entry, id: 'more' }])));
  await roomy.close();
  await rm(dir, { recursive: true, force: true });
});

test.run();
