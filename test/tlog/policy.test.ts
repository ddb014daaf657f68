import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COSIGNATURE, signerOf } from '../../src/tlog/keys.ts';
import { readPolicy } from '../../src/tlog/policy.ts';

const LOG = signerOf('callistra.test/log', Buffer.alloc(32, 1)).line;
const [ANNA, BERT] = ['anna', 'bert'].map(
  (name, index) => signerOf(name, Buffer.alloc(32, index + 2), COSIGNATURE).line,
);

test('a policy names logs, witnesses, and how many of these must have signed', () => {
  const text = [
    '# whom we trust',
    `log ${LOG} https://callistra.test`,
    `witness anna ${ANNA}`,
    `witness bert ${BERT}  # another department`,
    'group both all anna bert',
    'quorum both',
  ].join('\n');
  const { logs, witnesses, quorum } = readPolicy(text);
  assert.equal(
    logs.map(({ line }) => line),
    [LOG],
  );
  assert.equal(
    witnesses.map(({ name }) => name),
    ['anna', 'bert'],
  );
  assert.is(quorum, 2);
  assert.is(readPolicy(text.replace('both all', 'both any')).quorum, 1);
  assert.is(readPolicy(text.replace('both all', 'both 2')).quorum, 2);
  assert.equal(
    [readPolicy(text.replace('quorum both', 'quorum bert'))].map((policy) => policy.witnesses[0]?.name),
    ['bert'],
  );
  assert.is(readPolicy(text.replace('quorum both', 'quorum none')).quorum, 0);
});

for (const [what, text] of [
  ['a word that nobody knows', 'logs x'],
  ['a key that is none', 'log callistra.test/log+00000000+AAAA'],
  ['a group of a witness that does not stand above it', 'group both all anna bert'],
  ['a quorum that names nobody', `log ${LOG}\nquorum both`],
  ['a quorum that cannot be reached', `witness anna ${ANNA}\ngroup both 2 anna\nquorum both`],
] as const) {
  test(`${what} is refused, so that nobody trusts by mistake`, () => {
    assert.throws(
      () => readPolicy(text),
      (error: unknown) => error instanceof TypeError,
    );
  });
}

test.run();
