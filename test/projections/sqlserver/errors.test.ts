import sql from 'mssql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { failureOf, isTransient, storeError } from '../../../projections/sqlserver/errors.ts';

const test = suite('SQL Server errors');

/** As the driver makes them of what the server says. */
function said(number: number, message = 'canary', preceding: readonly number[] = []): Error {
  const inner = Object.assign(new Error(message), { info: { number } });
  const error: Error = Reflect.construct(sql.RequestError, [inner, 'EREQUEST']);
  return Object.assign(error, {
    precedingErrors: preceding.map((one) => Object.assign(new Error(message), { number: one })),
  });
}

function lost(code: string): Error {
  return Reflect.construct(sql.ConnectionError, [Object.assign(new Error('canary'), { code })]);
}

const transient = (error: unknown): boolean => {
  const failure = failureOf(error);
  assert.ok(failure, 'it comes from the driver');
  return isTransient(failure);
};

const codeOf = (error: unknown): string => {
  const failure = failureOf(error);
  assert.ok(failure);
  return storeError('READ_STORE', failure).code;
};

test('what may work a moment later is tried again: lost connections, deadlocks, a database that moves or has too much to do', () => {
  for (const number of [1205, 1222, 4060, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920, 50_010]) {
    assert.ok(transient(said(number)), String(number));
  }
  for (const code of [
    'ESOCKET',
    'ETIMEOUT',
    'ECONNCLOSED',
    'ECLOSE',
    'ELOGIN',
    'EFEDAUTH',
    'ECONNRESET',
    'EAI_AGAIN',
  ]) {
    assert.ok(transient(lost(code)), code);
  }
});

test('what will not work is not tried again', () => {
  for (const number of [102, 207, 208, 229, 515, 547, 2627, 2628, 8152, 50_011]) {
    assert.not.ok(transient(said(number)), String(number));
  }
});

test('a deadlock is recognised when another error of the same batch came last', () => {
  assert.ok(transient(said(3621, 'the statement has been terminated', [1205])));
});

test('a token that cannot be had is a login that may work later, whatever the identity library wraps it in', () => {
  const inner = new AggregateError([Object.assign(new Error('canary'), { code: 'EFEDAUTH' }), new Error('canary')]);
  const error: Error = Reflect.construct(sql.ConnectionError, [inner]);
  assert.ok(transient(error));
  assert.is(codeOf(error), 'READ_STORE_UNAVAILABLE');
});

test('each kind has a stable code', () => {
  assert.is(codeOf(lost('ESOCKET')), 'READ_STORE_UNAVAILABLE');
  assert.is(codeOf(lost('ELOGIN')), 'READ_STORE_UNAVAILABLE');
  assert.is(codeOf(said(40613)), 'READ_STORE_UNAVAILABLE');
  assert.is(codeOf(said(229)), 'READ_STORE_UNAVAILABLE');
  assert.is(codeOf(said(1205)), 'READ_STORE_BUSY');
  assert.is(codeOf(said(50_010)), 'READ_STORE_BUSY');
  assert.is(codeOf(said(50_011)), 'READ_STORE_OVERTAKEN');
  assert.is(codeOf(said(2628)), 'READ_STORE_REFUSED');
  assert.is(codeOf(said(208)), 'READ_STORE_REFUSED');
  const failure = failureOf(said(515));
  assert.ok(failure);
  assert.is(storeError('MEMBERS', failure).code, 'MEMBERS_REFUSED');
});

test('nothing of what the server says comes into an error, for it quotes rows', () => {
  const failure = failureOf(said(2627, 'The duplicate key value is (canary).', [547]));
  assert.ok(failure);
  const error = storeError('READ_STORE', failure);
  assert.match(error.message, '2627');
  assert.not.match(`${error.message} ${error.stack} ${JSON.stringify(error)}`, 'canary');
  assert.is(error.cause, undefined);
});

test('what does not come from the driver is no failure of the database', () => {
  assert.is(failureOf(new TypeError('a bug')), null);
  assert.is(failureOf(Object.assign(new Error('an error of Node'), { code: 'ERR_INVALID_ARG_TYPE' })), null);
  assert.is(failureOf('text'), null);
});

test.run();
