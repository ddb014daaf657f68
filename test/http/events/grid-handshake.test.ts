import { createServer } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listen } from '../../support/loopback.ts';
import { type GridRig, gridEvent, startGridRig, validation } from './grid-rig.ts';

const test = suite<GridRig>('event-grid-handshake');
test.before.each(async (context) => void Object.assign(context, await startGridRig('secret')));
test.after.each((context) => context.close());

const HEADERS = { 'aeg-event-type': 'SubscriptionValidation' };

test('a subscription in the Event Grid schema is told its own code', async (grid) => {
  const response = await grid.post(JSON.stringify([validation('512d38b6-c7b8')]), { headers: HEADERS });
  assert.is(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', 'application/json');
  assert.equal(await response.json(), { validationResponse: '512d38b6-c7b8' });
  assert.is(grid.fake.asked.recordGridEvents.length, 0);
});

test('a handshake without a code that can be told is refused', async (grid) => {
  const broken = [
    [gridEvent()],
    [validation('')],
    [validation(5)],
    [validation('a\r\nb')],
    [validation('x'.repeat(257))],
    [{ ...validation(), eventType: undefined }],
    [],
  ];
  for (const body of broken) {
    assert.is((await grid.post(JSON.stringify(body), { headers: HEADERS })).status, 400, JSON.stringify(body));
  }
  assert.is((await grid.post('{', { headers: HEADERS })).status, 400);
  assert.is(grid.fake.asked.recordGridEvents.length, 0);
});

test('a validation event that does not come as a handshake is not answered with its code', async (grid) => {
  const response = await grid.post(JSON.stringify([validation('code-1')]));
  assert.not.match(await response.text(), 'code-1');
});

test('a subscription to CloudEvents is told that it may deliver', async (grid) => {
  const response = await grid.ask({ headers: { 'webhook-request-rate': '120' } });
  assert.is(response.status, 200);
  assert.is(response.headers.get('webhook-allowed-origin'), 'eventgrid.azure.net');
  assert.match(response.headers.get('webhook-allowed-rate') ?? '', /^\d+$/);
  assert.is((await grid.ask({ headers: { 'aeg-subscription-name': undefined } })).status, 200);
});

test('only origins that are set are told so, and none is echoed', async (grid) => {
  for (const origin of ['evil.example', 'eventgrid.azure.net.evil.example', '*', 'eventgrid.azure.net, evil.example']) {
    const response = await grid.ask({ headers: { 'webhook-request-origin': origin } });
    assert.is(response.status, 403, origin);
    assert.is(response.headers.get('webhook-allowed-origin'), null);
  }
  assert.is((await grid.ask({ headers: { 'webhook-request-origin': undefined } })).status, 400);
});

test('a sovereign cloud has an origin of its own', async () => {
  const grid = await startGridRig('secret', { allowedOrigins: ['eventgrid.azure.us'] });
  const own = await grid.ask({ headers: { 'webhook-request-origin': 'eventgrid.azure.us' } });
  const foreign = await grid.ask();
  await grid.close();
  assert.equal([own.status, foreign.status], [200, 403]);
});

test('no address that a handshake names is called', async (grid) => {
  let calls = 0;
  const bait = createServer((_request, response) => {
    calls += 1;
    response.end();
  });
  const { url: origin, close } = await listen(bait);
  const url = `${origin}/validate`;
  const event = validation();
  Object.assign(event['data'] as object, { validationUrl: url });
  await grid.post(JSON.stringify([event]), { headers: HEADERS });
  await grid.ask({ headers: { 'webhook-request-callback': url } });
  // Whatever had been sent would have been sent before these came back.
  await fetch(url);
  await grid.metrics();
  await close();
  assert.is(calls, 1);
});

test('handshakes are counted', async (grid) => {
  await grid.ask();
  await grid.post(JSON.stringify([validation()]), { headers: HEADERS });
  await grid.post(JSON.stringify([gridEvent()]), { headers: HEADERS });
  const metrics = await grid.metrics();
  assert.match(metrics, 'callistra_event_grid_events_total{result="handshake"} 2');
  assert.match(metrics, 'callistra_event_grid_events_total{result="broken-handshake"} 1');
});

test.run();
