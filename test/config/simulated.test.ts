import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/config.ts';
import { assertCaller, isSimulated, simulatedDoubt } from '../../src/config/simulated.ts';
import { ConfigError } from '../../src/config/values.ts';

const ACS = {
  ACS_CONNECTION_STRING: 'endpoint=https://plan.communication.azure.com/;accesskey=c2VjcmV0',
  ACS_RESOURCE_ID: '00000000-0000-4000-8000-000000000001',
  ACS_CALLER_ID: '+15550100000',
  COGNITIVE_SERVICES_ENDPOINT: 'https://plan.cognitiveservices.azure.com/',
  PUBLIC_BASE_URL: 'https://calls.example.org',
};
const SIMULATOR = { SIMULATOR: 'true' };
/** An ACS on this machine is no ACS. */
const NEAR = { ...ACS, ACS_CONNECTION_STRING: 'endpoint=http://127.0.0.1:8090/;accesskey=c2VjcmV0' };

test('nobody pretends to call unless somebody says so', () => {
  for (const env of [{}, { SIMULATOR: 'false' }, { SIMULATOR: ' ' }]) {
    assert.throws(
      () => assertCaller(readConfig(env)),
      (error: unknown) =>
        error instanceof ConfigError && /ACS_CONNECTION_STRING or ACS_ENDPOINT.*SIMULATOR=true/.test(error.message),
    );
  }
  assertCaller(readConfig(SIMULATOR));
  assertCaller(readConfig(ACS));
});

test('to pretend and to call people at once is refused, naming both', () => {
  assert.throws(() => readConfig({ ...ACS, ...SIMULATOR }), /SIMULATOR and ACS_CONNECTION_STRING or ACS_ENDPOINT/);
  assert.throws(() => readConfig({ SIMULATOR: 'yes' }), /SIMULATOR: must be true or false/);
});

test('calls are simulated by our own simulator, and by whatever is on this machine', () => {
  assert.equal(
    [ACS, NEAR, SIMULATOR].map((env) => isSimulated(readConfig(env))),
    [false, true, true],
  );
});

const SIGNS: readonly (readonly [sign: string, env: Readonly<Record<string, string>>])[] = [
  ['HOST=0.0.0.0', { HOST: '0.0.0.0' }],
  ['PUBLIC_BASE_URL', { PUBLIC_BASE_URL: 'https://calls.example.org' }],
  ['ENTRA_TENANT_ID', { ENTRA_TENANT_ID: '00000000-0000-4000-8000-000000000002', ENTRA_AUDIENCE: 'api://callistra' }],
  [
    'TABLES_CONNECTION_STRING or TABLES_ENDPOINT',
    { TABLES_ENDPOINT: 'https://plan.table.core.windows.net', CALLBACK_SECRET_KEY: 'k'.repeat(32) },
  ],
  ['SQL_CONNECTION_STRING or SQL_SERVER', { SQL_SERVER: 'plan.database.windows.net', SQL_DATABASE: 'callistra' }],
];

for (const [sign, env] of SIGNS) {
  test(`where it looks like production, a simulator is doubted: ${sign}`, () => {
    assert.ok(simulatedDoubt(readConfig({ ...SIMULATOR, ...env }))?.includes(sign));
    assert.ok(simulatedDoubt(readConfig({ ...NEAR, PUBLIC_BASE_URL: 'http://127.0.0.1:1', ...env }))?.includes(sign));
    assert.is(simulatedDoubt(readConfig({ ...ACS, ...env })), null);
  });
}

test('on a machine of one’s own it is not doubted', () => {
  assert.is(simulatedDoubt(readConfig(SIMULATOR)), null);
});

test.run();
