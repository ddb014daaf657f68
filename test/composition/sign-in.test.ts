import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { signInOf } from '../../src/composition/sign-in.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { readConfig } from '../../src/config/config.ts';
import { tempDir } from '../support/temp-dir.ts';

const ID = 'abcdef01-2345-4678-9abc-def012345678';
const URL = 'https://calls.example';
const TABLES = { TABLES_ENDPOINT: 'https://plan.table.core.windows.net', CALLBACK_SECRET_KEY: 'k'.repeat(32) };

test('a server by itself seals with a key that it makes, and one that is told a key with that', async () => {
  const { path } = await tempDir('sign-in');
  const own = signInOf(readConfig({ DATA_DIR: path }), URL, systemClock);
  assert.ok(existsSync(join(path, 'session.key')));
  const again = signInOf(readConfig({ DATA_DIR: path }), URL, systemClock);
  assert.equal(await again.seals.session.open(await own.seals.session.seal({ n: 1 })), { n: 1 });
  const told = signInOf(readConfig({ DATA_DIR: path, SESSION_KEY: 's'.repeat(32) }), URL, systemClock);
  assert.is(await told.seals.session.open(await own.seals.session.seal({ n: 1 })), null);
});

test('one of several does not start without the key that they share', async () => {
  const { path } = await tempDir('sign-in');
  const config = readConfig({ DATA_DIR: path, ...TABLES });
  assert.throws(() => signInOf(config, URL, systemClock), /SESSION_KEY: missing/);
  assert.not.ok(existsSync(join(path, 'session.key')));
});

test('people sign in by Entra ID where the registration is known, and by a key elsewhere', async () => {
  const { path } = await tempDir('sign-in');
  const of = (audience: string) =>
    signInOf(readConfig({ DATA_DIR: path, ENTRA_TENANT_ID: ID, ENTRA_AUDIENCE: audience }), URL, systemClock).entra;
  assert.is(of(`api://${ID}`)?.tenantId, ID);
  assert.is(of('api://callistra'), null);
});

test.run();
