import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { acsIn } from '../../src/config/acs.ts';
import { readConfig } from '../../src/config/config.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';

const RESOURCE = '00000000-5133-4a7c-9000-0000000000cc';

test('a running simulator gives the settings with which a server uses it, and no setting is missing', async () => {
  const simulator = await startSimulator({ timeScale: 20, resourceId: RESOURCE, issuer: 'https://issuer.example' });
  const config = readConfig({ ...simulator.settings, PUBLIC_BASE_URL: 'http://127.0.0.1:9' });
  const { cognitiveServicesEndpoint, ...acs } = config.acs!;
  assert.equal(acs, {
    access: { connectionString: simulator.connectionString },
    resourceId: RESOURCE,
    tokenIssuer: 'https://issuer.example',
    jwksUri: simulator.jwksUrl,
  });
  assert.ok(URL.canParse(cognitiveServicesEndpoint));
  assert.is(config.timeScale, 20);
  assert.equal(acsIn(simulator.settings), config.acs, 'and a server that runs it inside reads the same');
  await simulator.close();
});

test('settings that name no ACS are a mistake where one is counted on', () => {
  for (const settings of [{}, { ACS_CONNECTION_STRING: 'endpoint=http://127.0.0.1:9/;accesskey=x' }]) {
    assert.throws(() => acsIn(settings), TypeError);
  }
});

test.run();
