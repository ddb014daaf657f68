import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { as, KEYS } from './keys.ts';
import { deliver, type Rig, startRig } from './rig.ts';
import { CALL, event } from './samples.ts';

const test = suite<{ rig: Rig }>('which request an answer is to');
test.before.each(async (context) => {
  context.rig = await startRig({ staff: KEYS });
});
test.after.each(({ rig }) => rig.close());

const STATUS = `/api/calls/status/${CALL}`;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

const ask = ({ server }: Rig, url: string, headers: Record<string, string> = {}) =>
  server.inject({ url, headers: { ...as('coordinator'), ...headers } });

test('the caller’s id comes back with every answer, whatever that is', async ({ rig }) => {
  for (const id of ['a', 'theirs-7', 'A.b_c-9', 'x'.repeat(128)]) {
    for (const url of [STATUS, '/api/calls?limit=0', '/nowhere', '/api/calls/status/%zz', '/health/live', '/metrics'])
      assert.is((await ask(rig, url, { 'x-request-id': id })).headers['x-request-id'], id, url);
    assert.is((await rig.server.inject({ url: STATUS, headers: { 'x-request-id': id } })).headers['x-request-id'], id);
    const { headers } = await deliver(rig, JSON.stringify(event()), { headers: { 'x-request-id': id } });
    assert.is(headers['x-request-id'], id);
  }
});

test('an id that can be none is no reason to refuse: a new one takes its place', async ({ rig }) => {
  for (const id of [
    '',
    ' ',
    'a b',
    'x'.repeat(129),
    'a\u0001b',
    '+15550142',
    'a/b',
    'a:b',
    'a,b',
    '<b>',
    'caf\u00e9',
  ]) {
    const { statusCode, headers } = await ask(rig, STATUS, { 'x-request-id': id });
    assert.is(statusCode, 200, id);
    assert.match(`${headers['x-request-id']}`, /^[0-9a-f]{8}-[0-9a-f-]{27}$/, id);
  }
});

test('a sound traceparent comes back, and its trace stands in the log line', async ({ rig }) => {
  for (const [given, told] of [
    [PARENT, PARENT],
    [PARENT.replace(/01$/, '00'), PARENT.replace(/01$/, '00')],
    // Of a later version that is taken which this one knows.
    [`cc-${PARENT.slice(3)}-what-the-future-holds`, PARENT],
    [`01-${PARENT.slice(3)}`, PARENT],
  ] as const) {
    const { headers } = await ask(rig, STATUS, { traceparent: given });
    assert.is(headers['traceparent'], told);
    assert.is(JSON.parse(rig.logLines.at(-1) ?? '').traceId, TRACE);
  }
});

test('what is no traceparent is taken for none', async ({ rig }) => {
  for (const given of [
    ...['', 'x', PARENT.toUpperCase(), PARENT.slice(0, -1), `${PARENT}0`, `${PARENT}-more`, ` ${PARENT}x`],
    ...[
      `ff-${PARENT.slice(3)}`,
      `0-${PARENT.slice(3)}`,
      PARENT.replace(TRACE, '0'.repeat(32)),
      `cc-${PARENT.slice(3)}x`,
    ],
    ...[PARENT.replace('00f067aa0ba902b7', '0'.repeat(16)), `${PARENT}, ${PARENT}`, PARENT.replaceAll('-', '_')],
  ]) {
    const { statusCode, headers } = await ask(rig, STATUS, { traceparent: given });
    assert.equal([statusCode, headers['traceparent']], [200, undefined], given);
    assert.is(JSON.parse(rig.logLines.at(-1) ?? '').traceId, undefined);
  }
});

test('a line of the log names the call that a request is about, and who asked', async ({ rig }) => {
  const lineOf = async (answer: Promise<unknown>) => {
    await answer;
    const { call, actor, reqId } = JSON.parse(rig.logLines.at(-1) ?? '');
    return [call, actor, reqId];
  };
  const id = { 'x-request-id': 'r-1' };
  const post = (url: string, headers: Record<string, string>) =>
    rig.server.inject({ method: 'POST', url, headers: { ...headers, ...id } });
  const [anna, upper] = [as('coordinator'), CALL.toUpperCase()];
  const who = 'coordinator:coordinator';
  assert.equal(await lineOf(post('/api/calls/initiate/M-1', anna)), [CALL, who, 'r-1']);
  assert.equal(await lineOf(post(`/api/calls/${upper}/cancel`, anna)), [CALL, who, 'r-1']);
  assert.equal(await lineOf(ask(rig, `/api/calls/status/${upper}`, id)), [CALL, who, 'r-1']);
  assert.equal(await lineOf(ask(rig, '/api/calls', id)), [undefined, who, 'r-1']);
  assert.equal(await lineOf(post(`/api/calls/${CALL}/cancel`, as('operator'))), [
    undefined,
    'operator:operator',
    'r-1',
  ]);
  assert.equal(await lineOf(post(`/api/calls/${CALL}/cancel`, {})), [undefined, 'anonymous', 'r-1']);
  rig.fake.initiated = { ok: false, code: 'CALL_OPEN', callSessionId: CALL };
  assert.equal(await lineOf(post('/api/calls/initiate/M-1', anna)), [CALL, who, 'r-1']);
});

test('an id that no call has is in no line, however much it looks like one', async ({ rig }) => {
  rig.fake.rows = null;
  rig.fake.cancelled = 'unknown-call';
  await ask(rig, STATUS);
  await rig.server.inject({ method: 'POST', url: `/api/calls/${CALL}/cancel`, headers: as('coordinator') });
  await rig.server.inject({ method: 'POST', url: `/api/calls/events?call=${CALL}&secret=guessed` });
  assert.is(rig.logLines.filter((line) => line.includes(CALL)).length, 0);
});

test.run();
