import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CodedError, errorCode } from '../../src/base/coded-error.ts';

test('an error is known by its code, and one without is a bug', () => {
  assert.is(errorCode(new CodedError('LOG_UNAVAILABLE', '')), 'LOG_UNAVAILABLE');
  assert.is(errorCode(new TypeError('x')), 'BUG');
  assert.is(errorCode('text'), 'BUG');
});

test.run();
