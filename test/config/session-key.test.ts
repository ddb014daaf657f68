import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/config.ts';
import { sessionKeyMadeIn } from '../../src/config/session-key.ts';
import { ConfigError } from '../../src/config/values.ts';
import { tempDir } from '../support/temp-dir.ts';

test('a single server makes its key once, and knows it again', async () => {
  const { path } = await tempDir('session-key');
  const file = join(path, 'session.key');
  const key = sessionKeyMadeIn(file);
  assert.is(key.length, 32);
  assert.equal(sessionKeyMadeIn(file), key);
  writeFileSync(file, 'hush');
  assert.throws(
    () => sessionKeyMadeIn(file),
    (error: Error) =>
      error instanceof ConfigError && /64 hex digits/.test(error.message) && !/hush/.test(error.message),
  );
});

test('instances to which people sign in need one key, and others none', () => {
  const tables = { TABLES_ENDPOINT: 'https://plan.table.core.windows.net', CALLBACK_SECRET_KEY: 'k'.repeat(32) };
  const id = 'abcdef01-2345-4678-9abc-def012345678';
  const entra = { ENTRA_TENANT_ID: id, ENTRA_AUDIENCE: id };
  assert.is(readConfig(tables).sessions.key, null);
  assert.is(readConfig(entra).sessions.key, null);
  for (const staff of [entra, { API_KEYS_FILE: 'keys.json' }])
    assert.throws(() => readConfig({ ...tables, ...staff }), /SESSION_KEY: missing/);
  assert.is(readConfig({ ...tables, ...entra, SESSION_KEY: 's'.repeat(32) }).sessions.key, 's'.repeat(32));
});

test('the registration with which people sign in is that of the audience, or is named', () => {
  const id = 'abcdef01-2345-4678-9abc-def012345678';
  const of = (env: object) => readConfig({ ENTRA_TENANT_ID: id, ...env });
  assert.is(of({ ENTRA_AUDIENCE: `api://${id}` }).entra?.clientId, id);
  const unnamed = of({ ENTRA_AUDIENCE: 'api://callistra' });
  assert.is(unnamed.entra?.clientId, null);
  assert.match(unnamed.warnings.join(), /^ENTRA_CLIENT_ID: missing/);
  assert.is(of({ ENTRA_AUDIENCE: 'api://callistra', ENTRA_CLIENT_ID: id }).entra?.clientId, id);
});

test.run();
