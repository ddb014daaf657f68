import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { accountingPeriod, evidencePeriod } from '../../src/audit/disclosures/period.ts';
import { suspensionFlaw } from '../../src/audit/disclosures/suspended.ts';
import { scopeOf } from '../../src/audit/export/asked.ts';
import { readAsOf } from '../../src/audit/replay/as-of.ts';
import { readPeriod } from '../../src/audit/replay/asked.ts';
import { run } from '../../src/cli/program.ts';
import { NO_TIMES } from '../support/no-times.ts';

const test = suite('times that the audit is asked by');
const NOW = Date.parse('2026-03-02T16:00:00.000Z');
const AGENCY = { memberId: 'M-1', agency: 'an agency', reason: 'a test', actor: 'compliance:anna', oral: false };

/** Each gives words, or nothing, for what is no time. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'the beginning of an export': (from) => scopeOf({ from }, NOW),
  'the end of an export': (to) => scopeOf({ to }, NOW),
  'the beginning of an accounting': (from) => accountingPeriod({ from }, NOW),
  'the end of an accounting': (to) => accountingPeriod({ to }, NOW),
  'the period of evidence': (from) => evidencePeriod({ from }, NOW),
  'a day that is searched': (day) => readPeriod({ day }),
  'the beginning of a search': (from) => readPeriod({ from, to: '2026-12-31' }),
  'the end of a suspension': (until) => suspensionFlaw({ ...AGENCY, until }, [], NOW),
  'the moment of a replay': (at) => (/^\d+$/.test(at) ? 'a version' : (readAsOf(at) ?? 'none')),
};

test('what no calendar and no clock has is refused wherever a time is taken', () => {
  for (const [what, read] of Object.entries(READERS)) {
    for (const text of NO_TIMES) assert.type(read(text), 'string', `${what}: ${text}`);
  }
});

test('a day that there is, is taken: the last one of all ends with time', () => {
  assert.equal(readPeriod({ day: '9999-12-31' }), { from: '9999-12-31T00:00:00.000Z', to: '9999-12-31T23:59:59.999Z' });
  assert.is(suspensionFlaw({ ...AGENCY, until: '2028-02-29' }, [], NOW), null);
});

test('commands refuse them before they ask anybody', async () => {
  const notes: string[] = [];
  const output = { line: () => {}, note: (text: string) => void notes.push(text), json: () => {}, progress: () => {} };
  for (const [command, option] of [
    ['access', '--from'],
    ['access', '--to'],
    ['fhir', '--from'],
    ['export', '--from'],
  ] as const) {
    for (const text of ['2026-02-30', '2026-01-01T25:00:00Z', '2026-01-01T10:00:00', '0000-01-01']) {
      assert.is(await run(['audit', command, option, text], {}, output), 2, `${command} ${option} ${text}`);
      assert.match(notes.at(-1) ?? '', 'It must be a time');
    }
  }
});

test.run();
