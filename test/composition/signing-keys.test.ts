import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { signingKeysOf } from '../../src/composition/signing-keys.ts';
import { createEntraVerifier } from '../../src/identity/entra-staff.ts';
import { AUDIENCE, ISSUER, startIssuer } from '../support/issuer.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

test('whose keys cannot be had is known before anybody comes, and so is that they can be had again', async () => {
  const issuer = await startIssuer();
  const clock = virtualClock();
  issuer.breakDown(true);
  const verifier = createEntraVerifier({ issuers: [ISSUER], audiences: [AUDIENCE], jwksUrl: issuer.jwksUrl, clock });
  const trouble = signingKeysOf({ trouble: () => null }, { staff: { mode: 'entra', verifier, keys: [] } });
  await until('the first try', () => trouble().length > 0);
  assert.equal(trouble(), ['the signing keys for tokens of staff cannot be had: it answers 500']);
  assert.is(issuer.fetches(), 1);
  issuer.breakDown(false);
  await clock.advance(2_000);
  await until('the next try', () => trouble().length === 0);
  await issuer.close();
});

test.run();
