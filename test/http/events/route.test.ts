import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AUDIENCE } from '../../support/issuer.ts';
import { deliver, type Rig, startRig } from '../rig.ts';
import { CALL, EVENTS_URL, event, SECRET } from '../samples.ts';

const test = suite<Rig>('events');
test.before.each(async (context) => {
  Object.assign(context, await startRig());
});
test.after.each((context) => context.close());

const code = (response: { json(): { code?: string } }) => response.json().code;

test('a callback is recorded with exactly the text that came, and answered when it is durable', async (rig) => {
  const text = '{ "id":"e-1", "type":"X.Y", "data":{"b":1.0,  "a":"\\u00e9"} }';
  const response = await deliver(rig, `\n[ ${text} ]\n`);
  assert.is(response.statusCode, 200);
  assert.is(response.body, '{"status":"Processed"}');
  assert.is(response.headers['content-type'], 'application/json; charset=utf-8');
  const [[call, callbacks] = []] = rig.fake.asked.recordCallbacks;
  assert.is(call, CALL);
  assert.equal(callbacks, [{ id: 'e-1', type: 'X.Y', data: { b: 1, a: 'é' }, raw: text }]);
});

test('one object or an array comes with any of the three content types', async (rig) => {
  const types = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];
  for (const type of types) {
    for (const suffix of ['', '; charset=utf-8']) {
      for (const body of [JSON.stringify(event()), JSON.stringify([event(), event({ id: 'event-2' })])]) {
        const response = await deliver(rig, body, { headers: { 'content-type': `${type}${suffix}` } });
        assert.is(response.statusCode, 200, `${type}${suffix}`);
      }
    }
  }
});

test('the order of a batch is kept', async (rig) => {
  await deliver(rig, JSON.stringify([event({ id: 'c' }), event({ id: 'a' }), event({ id: 'b' })]));
  const [[, callbacks = []] = []] = rig.fake.asked.recordCallbacks;
  assert.equal(
    callbacks.map(({ id }) => id),
    ['c', 'a', 'b'],
  );
});

test('an unknown type and a duplicate are accepted like any other', async (rig) => {
  rig.fake.recorded = 'duplicate';
  const response = await deliver(rig, JSON.stringify([event({ type: 'Something.New' })]));
  assert.is(response.statusCode, 200);
});

test('the call is the one of the address, whatever the event says', async (rig) => {
  await deliver(rig, JSON.stringify(event({ data: { callConnectionId: 'other', callSessionId: 'other' } })));
  assert.is(rig.fake.asked.recordCallbacks[0]?.[0], CALL);
});

test('a body that is not made of events changes nothing', async (rig) => {
  const bad: readonly [string | Buffer, number, string][] = [
    ['', 400, 'INVALID_JSON'],
    ['{', 400, 'INVALID_JSON'],
    ['\ufeff{}', 400, 'INVALID_JSON'],
    [Buffer.from([0x22, 0xff, 0x22]), 400, 'INVALID_JSON'],
    [Buffer.from('{"id":"\xe9"}', 'latin1'), 400, 'INVALID_JSON'],
    ['null', 400, 'INVALID_EVENT'],
    ['5', 400, 'INVALID_EVENT'],
    ['[]', 400, 'INVALID_EVENT'],
    ['[[]]', 400, 'INVALID_EVENT'],
    ['[null]', 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ id: undefined })), 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ id: 5 })), 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ id: '' })), 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ id: 'x'.repeat(257) })), 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ id: 'a\nb' })), 400, 'INVALID_EVENT'],
    [JSON.stringify(event()).replace('event-1', '\\ud800'), 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ type: null })), 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ data: undefined })), 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ data: [] })), 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ data: 'text' })), 400, 'INVALID_EVENT'],
    [JSON.stringify([event(), event({ id: 5 })]), 400, 'INVALID_EVENT'],
    [JSON.stringify(event({ data: { text: 'x'.repeat(65_536) } })), 413, 'TOO_LARGE'],
    [JSON.stringify(event({ data: { text: 'é'.repeat(32_768) } })), 413, 'TOO_LARGE'],
    [JSON.stringify(Array.from({ length: 101 }, (_, id) => event({ id: `${id}` }))), 413, 'TOO_LARGE'],
    ['['.repeat(262_145), 413, 'TOO_LARGE'],
  ];
  for (const [body, status, problem] of bad) {
    const response = await deliver(rig, body);
    assert.is(response.statusCode, status, String(body).slice(0, 60));
    assert.is(code(response), problem);
    assert.is(response.headers['content-type'], 'application/problem+json');
  }
  assert.is(rig.fake.asked.recordCallbacks.length, 0);
});

test('a hundred events of usual size and an event just small enough are taken', async (rig) => {
  const hundred = Array.from({ length: 100 }, (_, id) => event({ id: `${id}` }));
  assert.is((await deliver(rig, JSON.stringify(hundred))).statusCode, 200);
  const frame = JSON.stringify(event({ data: { text: '' } })).length;
  const large = JSON.stringify(event({ data: { text: 'x'.repeat(65_536 - frame) } }));
  assert.is((await deliver(rig, large)).statusCode, 200);
});

test('nesting as deep as a body allows does no harm', async (rig) => {
  const deep = `{"id":"e","type":"t","data":{"x":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`;
  assert.is((await deliver(rig, `[${deep},${deep}]`)).statusCode, 200);
});

test('a content type that is none of ours is refused', async (rig) => {
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
    const response = await deliver(rig, JSON.stringify(event()), { headers: { 'content-type': type } });
    assert.is(response.statusCode, 415, type);
    assert.is(code(response), 'UNSUPPORTED_MEDIA_TYPE');
  }
  assert.is(rig.fake.asked.recordCallbacks.length, 0);
});

test('without the secret of the call nothing is read', async (rig) => {
  const good = JSON.stringify(event());
  const refused: readonly [string, number][] = [
    ['/api/calls/events', 401],
    [`/api/calls/events?call=${CALL}`, 401],
    [`/api/calls/events?secret=${SECRET}`, 401],
    [`/api/calls/events?call=&secret=${SECRET}`, 401],
    [`/api/calls/events?call=${CALL}&call=${CALL}&secret=${SECRET}`, 401],
    [`/api/calls/events?call=${CALL}&secret=${SECRET}&secret=${SECRET}`, 401],
    [`/api/calls/events?call=${CALL}&secret=wrong`, 403],
    [`/api/calls/events?call=another&secret=${SECRET}`, 403],
    [`/api/calls/events?call=${'x'.repeat(65)}&secret=${SECRET}`, 403],
  ];
  for (const [url, status] of refused) {
    assert.is((await deliver(rig, good, { url })).statusCode, status, url);
    // Also a body that could not be read is not looked at.
    assert.is((await deliver(rig, '{', { url })).statusCode, status, url);
  }
  assert.is(rig.fake.asked.recordCallbacks.length, 0);
});

test('without a token of the provider nothing is read', async (rig) => {
  for (const authorization of ['', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer abc', 'Bearer a.b.c']) {
    const response = await deliver(rig, JSON.stringify(event()), { headers: { authorization } });
    assert.is(response.statusCode, 401, authorization);
    assert.is(response.headers['www-authenticate'], 'Bearer');
  }
  const foreign = await rig.issuer.sign({ aud: `${AUDIENCE}x` });
  const response = await deliver(rig, '{', { token: foreign });
  assert.is(response.statusCode, 403);
  assert.is(rig.fake.asked.recordCallbacks.length, 0);
});

test('while the keys of the provider cannot be had a callback may be sent again', async (rig) => {
  rig.issuer.breakDown(true);
  const response = await deliver(rig, JSON.stringify(event()));
  assert.is(response.statusCode, 503);
  assert.ok(response.headers['retry-after']);
  rig.issuer.breakDown(false);
  await rig.clock.advance(2_000);
  assert.is((await deliver(rig, JSON.stringify(event()))).statusCode, 200);
});

test('a genuine callback of a call that nobody knows is taken: it is in the quarantine', async (rig) => {
  rig.fake.recorded = 'unknown-call';
  const response = await deliver(rig, JSON.stringify(event()));
  assert.is(response.statusCode, 200);
  assert.match((await rig.server.inject('/metrics')).body, 'unknown-call');
});

test('what the log could not take, or may have taken, may be sent again', async (rig) => {
  for (const logCode of ['LOG_UNAVAILABLE', 'LOG_UNKNOWN_OUTCOME']) {
    rig.fake.recorded = Object.assign(new Error('disk'), { code: logCode });
    const response = await deliver(rig, JSON.stringify(event()));
    assert.is(response.statusCode, 503);
    assert.ok(Number(response.headers['retry-after']) > 0);
  }
  rig.fake.recorded = Object.assign(new Error('broken'), { code: 'CORRUPT' });
  assert.is((await deliver(rig, JSON.stringify(event()))).statusCode, 500);
});

test('deliveries are counted by what became of them', async (rig) => {
  await deliver(rig, JSON.stringify(event()));
  rig.fake.recorded = 'duplicate';
  await deliver(rig, JSON.stringify(event()));
  await deliver(rig, '{');
  await deliver(rig, '{}', { url: '/api/calls/events' });
  await deliver(rig, '{}', { token: 'x' });
  const { body } = await rig.server.inject('/metrics');
  assert.match(body, 'callistra_callback_deliveries_total{result="recorded"} 1');
  assert.match(body, 'callistra_callback_deliveries_total{result="duplicate"} 1');
  assert.match(body, 'callistra_callback_refusals_total{reason="INVALID_JSON"} 1');
  assert.match(body, 'callistra_callback_refusals_total{reason="no-secret"} 1');
  assert.match(body, 'callistra_callback_refusals_total{reason="invalid-token"} 1');
  assert.not.match(body, CALL);
  assert.match(EVENTS_URL, CALL);
});

test.run();
