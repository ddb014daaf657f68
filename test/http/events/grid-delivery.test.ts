import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cloudEvent, type GridRig, gridEvent, startGridRig } from './grid-rig.ts';

const test = suite<GridRig>('event-grid');
test.before.each(async (context) => void Object.assign(context, await startGridRig('secret')));
test.after.each((context) => context.close());

const asked = ({ fake }: GridRig) => fake.asked.recordGridEvents[0]?.[0] ?? [];
const flaws = (grid: GridRig) => asked(grid).map((event) => ('flaw' in event ? event.flaw : 'none'));

test('an event of the Event Grid schema is recorded with exactly the text that came', async (grid) => {
  const text = '{ "id":"g-1", "eventType":"X.Y", "subject":"s", "data":{"b":1.0,  "a":"\\u00e9"} }';
  const response = await grid.post(`\n[ ${text} ]\n`);
  assert.is(response.status, 200);
  assert.equal(await response.json(), { status: 'Processed' });
  assert.equal(asked(grid), [{ id: 'g-1', type: 'X.Y', subject: 's', data: { b: 1, a: 'é' }, raw: text }]);
});

test('CloudEvents come as one object or as a batch, in the content types that Event Grid gives them', async (grid) => {
  const types = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];
  for (const type of types) {
    for (const body of [cloudEvent(), [cloudEvent()], [cloudEvent(), cloudEvent({ id: 'grid-2' })]]) {
      const headers = { 'content-type': `${type}; charset=utf-8`, 'aeg-event-type': undefined };
      assert.is((await grid.post(JSON.stringify(body), { headers })).status, 200, type);
    }
  }
  for (const [events] of grid.fake.asked.recordGridEvents) {
    for (const event of events) assert.is('type' in event && event.type, 'Microsoft.Communication.CallEnded');
  }
});

test('an event that cannot be read is handed on with its text and what is wrong, and blocks no other', async (grid) => {
  const broken = [
    gridEvent({ id: undefined }),
    gridEvent({ id: 5 }),
    gridEvent({ id: 'a\nb' }),
    gridEvent({ eventType: undefined }),
    gridEvent({ data: 'text' }),
    cloudEvent({ specversion: '0.3' }),
    cloudEvent({ type: '' }),
    'text',
    null,
    gridEvent({ id: 'good' }),
  ];
  assert.is((await grid.post(JSON.stringify(broken))).status, 200);
  assert.equal(flaws(grid), [
    'no usable id',
    'no usable id',
    'no usable id',
    'no usable type',
    'no object as data',
    'unknown specversion',
    'no usable type',
    'not an object',
    'not an object',
    'none',
  ]);
  assert.equal(
    asked(grid).map(({ raw }) => raw),
    broken.map((value) => JSON.stringify(value)),
  );
});

test('a body that is not JSON, or holds no event, is refused for good', async (grid) => {
  for (const body of ['', '{', '[{}', '\ufeff{}', Buffer.from('{"id":"\xe9"}', 'latin1'), '[]']) {
    assert.is((await grid.post(body)).status, 400, String(body));
  }
  assert.is(grid.fake.asked.recordGridEvents.length, 0);
  assert.match(await grid.metrics(), 'callistra_event_grid_refusals_total{reason="INVALID_JSON"} 5');
});

test('five thousand events and a megabyte are taken, more are not', async (grid) => {
  const small = (count: number) => JSON.stringify(Array.from({ length: count }, (_, id) => ({ id: `${id}` })));
  assert.is((await grid.post(small(5_000))).status, 200);
  assert.is(asked(grid).length, 5_000);
  assert.is((await grid.post(small(5_001))).status, 413);
  const padded = (bytes: number) => JSON.stringify([gridEvent(), gridEvent({ data: { text: 'x'.repeat(bytes) } })]);
  assert.is((await grid.post(padded(1_024 * 1_024))).status, 200);
  assert.is((await grid.post(padded(1_100 * 1_024))).status, 413);
  assert.is(grid.fake.asked.recordGridEvents.length, 2);
});

test('a batch with an event that no entry can hold goes to the dead letters when the others are recorded', async (grid) => {
  grid.fake.grid = 'too-large';
  assert.is((await grid.post(JSON.stringify([gridEvent()]))).status, 413);
  assert.is(grid.fake.asked.recordGridEvents.length, 1);
});

test('another content type is refused', async (grid) => {
  const headers = { 'content-type': 'text/plain' };
  assert.is((await grid.post(JSON.stringify([gridEvent()]), { headers })).status, 415);
});

test('what the log could not take comes again', async (grid) => {
  for (const code of ['LOG_UNAVAILABLE', 'LOG_UNKNOWN_OUTCOME']) {
    grid.fake.grid = Object.assign(new Error('disk'), { code });
    const response = await grid.post(JSON.stringify([gridEvent()]));
    assert.is(response.status, 503);
    assert.ok(Number(response.headers.get('retry-after')) > 0);
  }
});

test('events are counted by what became of them, without a word of what they say', async (grid) => {
  await grid.post(JSON.stringify([gridEvent(), gridEvent({ id: 'grid-2' })]));
  grid.fake.grid = 'quarantined';
  await grid.post(JSON.stringify([gridEvent()]));
  const metrics = await grid.metrics();
  assert.match(metrics, 'callistra_event_grid_events_total{result="recorded"} 2');
  assert.match(metrics, 'callistra_event_grid_events_total{result="quarantined"} 1');
  for (const text of [metrics, ...grid.logLines]) assert.not.match(text, '15550142');
});

test.run();
