import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createOutput, painted } from '../../src/cli/output.ts';

/** What stands on a stream after a word in green was written. */
function written(stream: { readonly isTTY?: boolean; readonly hasColors?: () => boolean }): string {
  let text = '';
  const stdout = { ...stream, on: () => stdout, write: (part: string) => (text += part) } as never;
  const output = createOutput(stdout);
  output.line(painted(output, 'green', 'ok'));
  return text;
}

test('a terminal with colours is written to in colour', () => {
  assert.is(written({ isTTY: true, hasColors: () => true }), '\u001b[32mok\u001b[39m\n');
});

test('a pipe, and a terminal without colours or where NO_COLOR is set, is not', () => {
  // A terminal answers that it has none when NO_COLOR is set.
  for (const stream of [{}, { isTTY: true }, { isTTY: true, hasColors: () => false }, { hasColors: () => true }])
    assert.is(written(stream), 'ok\n');
});

test.run();
