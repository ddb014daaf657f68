import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PURPOSES } from '../../../src/audit/access/look.ts';
import { PURPOSE_RULES, ruleOf } from '../../../src/audit/disclosures/rules.ts';
import { codeIn, paper, rowsUnder } from '../../papers/markdown.ts';
import { callId } from '../replay/rig.ts';
import { startDisclosuresRig } from './rig.ts';

const COUNTS: Readonly<Record<(typeof PURPOSES)[number], boolean>> = {
  TREAT: false,
  HPAYMT: false,
  HOPERAT: false,
  PATRQT: false,
  HLEGAL: true,
  PUBHLTH: true,
  BTG: true,
};

test('an export counts as a disclosure by its purpose, and by nothing else', async () => {
  const rig = await startDisclosuresRig();
  await rig.stores.members.save([{ memberId: 'M-1', phoneNumber: '+15550100001' }]);
  for (const purpose of PURPOSES) {
    await rig.exported({ purpose, members: ['M-1'], calls: [callId(1)], recipient: { name: purpose } });
  }
  const told = await rig.disclosures.accounting('M-1', {});
  assert.ok(told && typeof told === 'object');
  assert.equal(
    told.disclosures.map(({ recipient }) => recipient.name).sort(),
    PURPOSES.filter((purpose) => COUNTS[purpose]).sort(),
  );
  await rig.close();
});

test('the papers have the rule of every purpose, and no other', () => {
  const rows = rowsUnder(paper('src/audit/README.md').text, 'purpose');
  const written = rows.map(([purpose = '', counts, why]) => [codeIn(purpose)[0], counts, why]);
  const held = PURPOSES.map((purpose) => {
    const { counts, why } = PURPOSE_RULES[purpose];
    return [purpose, counts ? 'counts' : 'exempt', why];
  });
  assert.equal(written, held);
});

test('a purpose that this release does not know counts', () => {
  for (const purpose of ['SRVC', '', 'toString']) assert.ok(ruleOf(purpose).counts);
});

test.run();
