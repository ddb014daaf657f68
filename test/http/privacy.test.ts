import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deliver, type Rig, startRig } from './rig.ts';
import { CALL, CANARIES, EVENTS_URL, event, SECRET } from './samples.ts';

const test = suite<Rig>('privacy');
test.before.each(async (context) => {
  Object.assign(context, await startRig());
});
test.after.each((context) => context.close());

function assertSilent({ logLines }: Rig, bodies: readonly string[]): void {
  for (const canary of CANARIES) {
    for (const text of [...bodies, ...logLines]) assert.not.ok(text.includes(canary), `${canary} in ${text}`);
  }
}

const [NUMBER, NAME, ANSWER] = CANARIES as [string, string, string];

test('what a failing store says of members is neither logged nor answered', async (rig) => {
  const message = `insert failed for ${NAME} ${NUMBER}: '${ANSWER}' at ${EVENTS_URL}`;
  const bodies: string[] = [];
  for (const code of ['LOG_UNAVAILABLE', 'LOG_CORRUPT', 'ER_ANY']) {
    rig.fake.recorded = Object.assign(new Error(`${message}\n    at ${NUMBER}`), { code, row: NAME });
    bodies.push((await deliver(rig, JSON.stringify(event()))).body);
  }
  rig.fake.recorded = new TypeError(message);
  bodies.push((await deliver(rig, JSON.stringify(event()))).body);
  assertSilent(rig, bodies);
  const failures = rig.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);
  assert.is(failures.length, 4);
  assert.is(failures[0].route, '/api/calls/events');
  assert.is(failures[0].code, 'LOG_UNAVAILABLE');
  assert.ok(failures.at(-1).at.length > 0);
});

test('what senders put into bodies, addresses and headers is neither logged nor answered', async (rig) => {
  const { server, fake } = rig;
  fake.rows = null;
  const inputs = CANARIES.map((canary) => encodeURIComponent(canary));
  const responses = [];
  for (const input of inputs) {
    responses.push(
      await server.inject({ method: 'POST', url: `/api/calls/initiate/${input}` }),
      await server.inject({ method: 'POST', url: '/api/calls/initiate/M-1', payload: { [input]: input } }),
      await server.inject({ method: 'POST', url: '/api/calls/initiate/M-1', payload: { callbackUrl: input } }),
      await server.inject({ url: `/api/calls?memberId=${input}&from=${input}` }),
      await server.inject({ url: `/api/calls?${input}=1` }),
      await server.inject({ url: `/api/calls?cursor=${input}` }),
      await server.inject({ url: `/api/calls/status/${input}` }),
      await server.inject({ url: `/nowhere/${input}` }),
      await server.inject({ url: '/api/calls', headers: { host: `${input}.example`, origin: `https://${input}` } }),
      await deliver(rig, `{"${decodeURIComponent(input)}`),
      await deliver(rig, JSON.stringify(event({ id: 5, data: { number: decodeURIComponent(input) } }))),
      await deliver(rig, JSON.stringify(event()), { url: `/api/calls/events?call=x&secret=${input}` }),
      await deliver(rig, JSON.stringify(event()), { token: input }),
    );
  }
  for (const { statusCode } of responses) assert.ok(statusCode >= 400 || statusCode === 202, String(statusCode));
  assertSilent(
    rig,
    responses.map(({ body }) => body),
  );
});

test('a callback that is recorded leaves neither its address nor its text in the log', async (rig) => {
  await deliver(rig, JSON.stringify(event({ data: { phoneNumber: NUMBER, response: ANSWER } })));
  assertSilent(rig, []);
  const line = rig.logLines.find((each) => each.includes('/api/calls/events'));
  assert.is(JSON.parse(line ?? '{}').call, CALL);
  assert.equal(Object.keys(JSON.parse(line ?? '{}')).sort(), [
    'call',
    'elapsedMs',
    'hostname',
    'level',
    'method',
    'msg',
    'pid',
    'reqId',
    'route',
    'status',
    'time',
  ]);
  assert.ok(EVENTS_URL.includes(SECRET));
});

test.run();
