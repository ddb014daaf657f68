import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { openTablesLog } from '../../../src/log/tables/log.ts';
import { connectionStringOf } from '../../support/azurite.ts';
import { listen } from '../../support/loopback.ts';
import { newEntry, rejectsWith } from '../samples.ts';
import { connectionStringWith, noWait, openTablesRig } from './rig.ts';

const ENDPOINT = 'https://127.0.0.1:1';

test('a credential without a token means that nothing was sent, and what it says stays with it', async () => {
  let asked = 0;
  const getToken = async () => {
    asked += 1;
    throw Object.assign(new Error('secret'), { name: 'CredentialUnavailableError' });
  };
  const options = { writeId: () => 'w', wait: noWait, tries: 2 };
  const log = await openTablesLog({ endpoint: ENDPOINT, credential: { getToken } }, options);
  for (const entries of [[newEntry('a')], [newEntry('a'), newEntry('b')]]) {
    const error = await rejectsWith('LOG_UNAVAILABLE', log.append('s', EMPTY_HEAD, entries));
    assert.match(error.message, /CredentialUnavailableError/);
    assert.not.match(`${error.message} ${String(error.cause)}`, /secret/);
  }
  await rejectsWith('LOG_UNAVAILABLE', log.read('s'));
  assert.is(asked, 6);
  await log.close();
});

test('a credential that never answers is given up with its request', async () => {
  const getToken = () => new Promise<null>(() => undefined);
  const options = { writeId: () => 'w', wait: noWait, tries: 1, timeLimitMs: 20 };
  const log = await openTablesLog({ endpoint: ENDPOINT, credential: { getToken } }, options);
  await rejectsWith('LOG_UNAVAILABLE', log.read('s'));
  await log.close();
});

test('who may only read, is not known or finds no tables is told so at once, and nothing of the entry', async () => {
  const secret = newEntry('secret', { data: 'secret' });
  const { store, prefix, close } = await openTablesRig();
  const wrongKey = store.connectionString.replace(/AccountKey=[^;]*/, `AccountKey=${btoa('wrong')}`);
  const both = [[secret], [secret, secret]];
  const cases: [string, string, RegExp, (typeof secret)[][]][] = [
    // Azurite asks for no right in particular when it is given a transaction.
    [connectionStringWith('r', store), prefix, /403 AuthorizationPermissionMismatch/, [[secret]]],
    [wrongKey, prefix, /403 AuthorizationFailure/, both],
    [store.connectionString, 'Absent', /404 TableNotFound/, both],
  ];
  for (const [connectionString, name, text, appends] of cases) {
    let waits = 0;
    const wait = async () => void waits++;
    const log = await openTablesLog({ connectionString }, { prefix: name, writeId: () => 'w', wait });
    for (const entries of appends) {
      const error = await rejectsWith('LOG_UNAVAILABLE', log.append('s', EMPTY_HEAD, entries));
      assert.match(error.message, text);
      assert.not.match(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`, /secret/);
    }
    await log.close();
    assert.is(waits, 0);
  }
  await close();
});

test('where nobody listens nothing was written; where nobody answers nobody can say', async () => {
  const { url, close } = await listen(createServer());
  const connectionString = connectionStringOf({ tables: url, queues: url });
  const log = await openTablesLog({ connectionString }, { writeId: () => 'w', wait: noWait, timeLimitMs: 30 });
  await rejectsWith('LOG_UNKNOWN_OUTCOME', log.append('s', EMPTY_HEAD, [newEntry('a')]));
  await rejectsWith('LOG_UNAVAILABLE', log.read('s'));
  await log.close();
  await close();

  const closed = await openTablesLog({ connectionString }, { writeId: () => 'w', wait: noWait });
  for (const entries of [[newEntry('a')], [newEntry('a'), newEntry('b')]]) {
    const error = await rejectsWith('LOG_UNAVAILABLE', closed.append('s', EMPTY_HEAD, entries));
    assert.match(error.message, /ECONNREFUSED/);
  }
  await closed.close();
});

test('what leads to no tables is refused without being repeated', async () => {
  const options = { writeId: () => 'w' };
  const error = await rejectsWith(
    'LOG_UNAVAILABLE',
    openTablesLog({ connectionString: 'AccountKey=c2VjcmV0' }, options),
  );
  assert.not.match(error.message, /c2VjcmV0/);
  assert.ok(error.hopeless, 'a start does not wait for it');
  const credential = { getToken: async () => null };
  for (const endpoint of ['no url', 'http://a.example']) {
    await rejectsWith('LOG_UNAVAILABLE', openTablesLog({ endpoint, credential }, options));
  }
  const wrong = openTablesLog({ endpoint: 'https://a.example', credential }, { ...options, prefix: '1-2' });
  assert.instance(await wrong.catch((reason: unknown) => reason), TypeError);
});

test.run();
