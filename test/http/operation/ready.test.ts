import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HEALTHY } from '../fake-app.ts';
import { as, KEYS } from '../keys.ts';
import { type Rig, startRig } from '../rig.ts';

const test = suite<{ rig: Rig }>('what is told of readiness');
test.before(async (context) => {
  context.rig = await startRig({ staff: KEYS });
});
test.after(({ rig }) => rig.close());

const PROBLEMS = ['call 0199 is set aside: its stream cannot be handled'];
const COUNTS = { ...HEALTHY.problemCounts, CALL_PARKED: 1 };

/** Who asks, and whether they are told what is the matter. */
const ASKING: readonly (readonly [who: string, headers: Record<string, string>, isTold: boolean])[] = [
  ['nobody', {}, false],
  ['somebody with a wrong key', { 'x-api-key': 'wrong' }, false],
  ['somebody with no key at all in the header', { authorization: 'Basic b2xnYQ==' }, false],
  ['a coordinator', as('coordinator'), false],
  ['compliance staff', as('compliance'), false],
  ['an operator', as('operator'), true],
];

const ready = async (rig: Rig, headers: Record<string, string>) => {
  const response = await rig.server.inject({ url: '/health/ready', headers });
  return { status: response.statusCode, body: response.json() };
};

for (const [who, headers, isTold] of ASKING) {
  test(`${who} is told ${isTold ? 'what is the matter' : 'a word'}, with the same status`, async ({ rig }) => {
    rig.fake.appHealth = { ...HEALTHY, problems: PROBLEMS, problemCounts: COUNTS, simulated: true };
    const details = { version: '1.2.3', problems: PROBLEMS, codes: ['CALL_PARKED'] };
    assert.equal(await ready(rig, headers), {
      status: 200,
      body: { status: 'ready', ...(isTold && { simulated: true, ...details }) },
    });
    rig.fake.appHealth = { ...rig.fake.appHealth, ready: false };
    const problem = { type: 'urn:problem-type:callistra:not-ready', title: 'The server is not ready', status: 503 };
    assert.equal(await ready(rig, headers), {
      status: 503,
      body: { ...problem, code: 'NOT_READY', ...(isTold && details) },
    });
  });
}

test('whoever asks about health is in no log of who looked', ({ rig }) => {
  assert.equal([rig.audit.seen, rig.audit.turnedAway], [[], []]);
});

test('without keys whoever is on this machine is told; through a proxy nobody is', async () => {
  const rig = await startRig();
  rig.fake.appHealth = { ...HEALTHY, problems: PROBLEMS, problemCounts: COUNTS };
  assert.equal((await ready(rig, {})).body.problems, PROBLEMS);
  for (const headers of [
    { 'x-forwarded-for': '127.0.0.1' },
    { host: 'calls.example' },
    { origin: 'https://a.example' },
  ])
    assert.equal(await ready(rig, headers), { status: 200, body: { status: 'ready' } });
  await rig.close();
});

test.run();
