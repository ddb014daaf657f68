import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LogError } from '../../src/log/port.ts';
import { CALL } from '../http/samples.ts';
import { send, type ToldConsole, toldConsole } from './told-console.ts';

const test = suite<{ rig: ToldConsole }>('what could not be done');
test.before.each((context) => {
  context.rig = toldConsole();
});
test.after.each(({ rig }) => rig.server.close());

const callNow = (rig: ToldConsole, memberId: string) => send(rig, '/console/call-now', { memberId, key: 'one-page' });

test('a member who is being called is not called twice, and the call is named', async ({ rig }) => {
  rig.fake.initiated = { ok: false, code: 'CALL_OPEN', callSessionId: CALL };
  const { statusCode, body } = await callNow(rig, 'M-1');
  assert.is(statusCode, 409);
  assert.match(body, `<a href="/console/calls/${CALL}">See that call</a>`);
});

test('a form that finds the log away keeps what was typed and its key, so that sent again it calls once', async ({
  rig,
}) => {
  const { app, asked } = rig.fake;
  const initiate = app.initiate;
  for (const failing of [
    async () => {
      throw new LogError('LOG_UNAVAILABLE', 'away');
    },
    async () => ({ ok: false, code: 'DISK_LOW' }) as const,
  ]) {
    app.initiate = failing;
    const { statusCode, body } = await callNow(rig, 'M-"1"');
    assert.is(statusCode, 503);
    assert.match(body, 'action="/console/call-now"');
    assert.match(body, /Member <input name="memberId" value="M-&quot;1&quot;"/);
    assert.match(body, '<input type="hidden" name="key" value="one-page"/>');
  }
  app.initiate = initiate;
  assert.is((await callNow(rig, 'M-1')).statusCode, 303);
  assert.is(asked.initiate.at(-1)![0].idempotencyKey, 'console-one-page');
});

test('what was sent beside the fields of a form is not shown again', async ({ rig }) => {
  rig.fake.initiated = { ok: false, code: 'DISK_LOW' };
  const { body } = await send(rig, '/console/call-now', { memberId: 'M-1', key: 'k', other: 'planted' });
  assert.not.match(body, 'planted');
});

test('a server with too much to do says so on a page, and to a script as ever', async () => {
  const { server } = toldConsole({ maxRssBytes: 1 });
  const asked = async (accept: string) => (await server.inject({ url: '/console', headers: { accept } })).body;
  assert.match(await asked('text/html'), 'The server has too much to do');
  for (const accept of ['text/event-stream', 'text/vnd.turbo-stream.html, text/html']) {
    assert.match(await asked(accept), '"code":"OVERLOADED"');
  }
  await server.close();
});

test('an address of nothing is said to be none, to who is let in', async ({ rig }) => {
  const { statusCode, body } = await rig.server.inject('/console/calls/of/nobody');
  assert.is(statusCode, 404);
  assert.match(body, 'There is nothing at this address');
});

test.run();
