import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import { callistra } from '../cli/terminal.ts';
import { runCommand } from './child.ts';
import { initiate, type Rig, startRig, untilEnded } from './rig.ts';

const test = suite<{ rig: Rig }>('calls that nobody got');

test.before.each(async (context) => {
  context.rig = await startRig({ people: [{ behaviour: 'answers-all' }] });
});
test.after.each(({ rig }) => rig.close());

const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

test('without ACS and without a word for it a server does not start, and names both', async () => {
  const { code, stderr } = await runCommand(['serve'], { PORT: '0' });
  assert.is(code, 2);
  assert.match(stderr, /ACS_CONNECTION_STRING or ACS_ENDPOINT.*SIMULATOR=true/);
});

test('a simulated call says so in its log, its status, health and metrics, to verify and in its replay', async ({
  rig: { server, url },
}) => {
  const id = await initiate(url, 'M-1');
  await untilEnded(url, id);
  await server.app.idle();
  const [first] = await server.stores.log.read(id);
  assert.is(JSON.parse(first!.data).simulated, true);
  assert.is(JSON.parse(await textOf(`${url}/api/calls/status/${id}`)).simulated, true);
  const ready = JSON.parse(await textOf(`${url}/health/ready`));
  assert.equal([ready.simulated, ready.codes], [true, []]);
  assert.match(await textOf(`${url}/metrics`), /^callistra_simulated 1$/m);
  assert.is((await verifyLog(server.stores.log)).simulatedCalls, 1);
  const { out } = await callistra(['audit', 'replay', id, '--url', url], {});
  assert.match(out, /a\s+simulator\s+places\s+it/);
});

test('what looks like production is warned of aloud, and as long as the server runs', async () => {
  const rig = await startRig({ env: { PUBLIC_BASE_URL: 'https://calls.example.org' } });
  const { problemCounts } = await rig.server.app.readiness();
  await rig.close();
  assert.is(problemCounts.CALLS_SIMULATED, 1);
  assert.ok(rig.logged.some((line) => /"level":40.*CALLS_SIMULATED.*PUBLIC_BASE_URL/.test(line)));
});

test.run();
