import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { shownSettings } from '../../src/composition/shown-settings.ts';
import { readConfig } from '../../src/config/config.ts';
import { COSIGNATURE, secretLine, signerOf } from '../../src/tlog/keys.ts';

const SECRET = 'c2VjcmV0LXRoYXQtbXVzdC1ub3QtbGVhdmU';
const key = signerOf('calls.example.org/callistra', Buffer.alloc(32, 7));
const witness = signerOf('witness.example/w', Buffer.alloc(32, 8), COSIGNATURE);

const EVERYTHING = {
  ACS_CONNECTION_STRING: `endpoint=https://plan.communication.azure.com/;accesskey=${SECRET}`,
  ACS_RESOURCE_ID: '00000000-0000-4000-8000-000000000001',
  ACS_CALLER_ID: '+15550100000',
  COGNITIVE_SERVICES_ENDPOINT: 'https://plan.cognitiveservices.azure.com/',
  PUBLIC_BASE_URL: 'https://calls.example.org',
  CALLBACK_SECRET_KEY: SECRET.repeat(2),
  CALLBACK_SECRET_KEY_BEFORE: SECRET.repeat(3),
  TABLES_CONNECTION_STRING: `AccountName=plan;AccountKey=${SECRET}`,
  QUEUE_CONNECTION_STRING: `AccountName=plan;AccountKey=${SECRET}`,
  SQL_CONNECTION_STRING: `Server=db.example;Password=${SECRET}`,
  API_KEYS_FILE: '/keys.json',
  ENTRA_TENANT_ID: '00000000-0000-4000-8000-000000000002',
  ENTRA_AUDIENCE: 'api://callistra',
  ENTRA_CLIENT_SECRET: SECRET,
  SESSION_KEY: SECRET.repeat(2),
  SESSION_KEY_BEFORE: SECRET.repeat(3),
  EVENT_GRID_SUBSCRIPTIONS: 'calls',
  EVENT_GRID_SECRET: SECRET.repeat(2),
  EVENT_GRID_TOPIC_ENDPOINT: 'https://topic.example/api/events',
  EVENT_GRID_TOPIC_KEY: SECRET,
  APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${SECRET}`,
  CHECKPOINT_CONTAINER_URL: `https://plan.blob.core.windows.net/tree?sig=${SECRET}`,
  CHECKPOINT_KEY: secretLine(key),
  CHECKPOINT_WITNESSES: `https://user:${SECRET}@witness.example ${witness.line}`,
};

test('of all settings nothing that is secret, and nobody’s number, is shown', () => {
  const text = JSON.stringify(shownSettings(readConfig(EVERYTHING)));
  for (const secret of [SECRET, secretLine(key).split('+').at(-1)!, '15550100000', 'accesskey', 'AccountKey'])
    assert.not.match(text, secret);
});

test('what it was told to do is', () => {
  const shown = shownSettings(readConfig(EVERYTHING));
  assert.equal(
    [shown['telephony'], shown['log'], shown['readModels'], shown['staff'], shown['checkpoints'], shown['witnesses']],
    ['ACS', 'tables Callistra', 'SQL Server', 'Entra ID, API keys', 'container', 'witness.example/w'],
  );
  assert.is(shown['sessionIdleMs'], 900_000);
  // What an address in the log is worth.
  assert.is(shownSettings(readConfig({ TRUSTED_HOPS: '2' }))['trustedHops'], 2);
  assert.equal([shownSettings(readConfig({}))['log'], shownSettings(readConfig({}))['staff']], ['file', 'loopback']);
});

test('that calls go out over Teams is, and not whose account it is', () => {
  const account = 'cc123456-5678-4678-9234-ccc123456789';
  const shown = shownSettings(readConfig({ ...EVERYTHING, ACS_CALLER_ID: '', ACS_TEAMS_RESOURCE_ACCOUNT: account }));
  assert.is(shown['telephony'], 'ACS, Teams Phone');
});

test('a setting that is added is not shown until somebody says that it is no secret', () => {
  const config = { ...readConfig({}), further: SECRET };
  assert.not.match(JSON.stringify(shownSettings(config)), SECRET);
});

test.run();
