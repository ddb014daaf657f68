import { parse } from 'csv-parse/sync';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { csvOf } from '../../../src/audit/export/csv.ts';
import { csvLine } from '../../../src/base/csv.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { Conversation, SCRIPT } from '../../domain/call/conversation.ts';
import { callId, type ExportRig, startExportRig } from './rig.ts';

const test = suite<ExportRig>('an export as a table for people');
test.before.each(async (context) => {
  Object.assign(context, await startExportRig());
  await context.keep(1, 'M-1');
});

async function csv(text: string): Promise<string> {
  let written = '';
  const read = async function* () {
    // Chunks that end within lines, and within letters.
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 777) yield bytes.subarray(at, at + 777);
  };
  for await (const line of csvOf(read, PROVIDERS)) written += line;
  return written;
}

type Row = Readonly<Record<string, string>>;
const rowsIn = async (text: string): Promise<Row[]> =>
  parse(await csv(text), { columns: true, bom: true, record_delimiter: '\r\n' }) as Row[];

test('each call is a row with how it went and what was answered', async (rig) => {
  await rig.keep(2, 'M-1', Conversation.withPerson().accepted().press('two'));
  const rows = await rowsIn(await rig.whole({ memberId: 'M-1' }));
  assert.equal(rows[0], {
    callSessionId: callId(1),
    memberId: 'M-1',
    begun: '2026-03-02T15:00:00.000Z',
    updated: rows[0]!['updated'],
    status: 'Disconnected',
    disposition: 'completed',
    script: `${SCRIPT.id}@${SCRIPT.version}`,
    flaw: '',
    answer1: 'yes',
    answer2: 'no',
    answer3: 'yes',
  });
  const { disposition, answer1, answer2, answer3 } = rows[1]!;
  assert.equal([disposition, answer1, answer2, answer3], ['open', 'no', '', '']);
  assert.equal(rows.length, 2);
});

test('it begins with a byte order mark and ends its lines as the standard says', async (rig) => {
  const text = await csv(await rig.whole({ memberId: 'M-1' }));
  assert.ok(
    text.startsWith(
      '\ufeffcallSessionId,memberId,begun,updated,status,disposition,script,flaw,answer1,answer2,answer3\r\n',
    ),
  );
  assert.equal(text.match(/\r\n/g)?.length, text.match(/\n/g)?.length);
});

test('an export without calls is a table without rows', async (rig) => {
  const columns = 'callSessionId,memberId,begun,updated,status,disposition,script,flaw';
  assert.is(await csv(await rig.whole({ memberId: 'M-never-called' })), `\ufeff${columns}\r\n`);
});

const flawsOf = async (rig: ExportRig, ...entries: string[]) => {
  const withhold = entries.map((each) => ({ entries: each, reason: 'r' }));
  const [row] = await rowsIn(await rig.whole({ memberId: 'M-1' }, { withhold }));
  return [row!['flaw'], row!['callSessionId'], row!['answer1'] ?? ''];
};

test('a call whose first entry is withheld is named, and no more', async (rig) => {
  assert.equal(await flawsOf(rig, `${callId(1)}/1`), ['its first entry is withheld', callId(1), '']);
});

test('a call of which a later entry is withheld, be it the last, says that there may be more', async (rig) => {
  const LAST = 21;
  for (const version of [LAST - 1, LAST]) {
    const [flaw, , answer] = await flawsOf(rig, `${callId(1)}/${version}`);
    assert.equal([flaw, answer], ['entries are withheld: the rest may say more', 'yes'], `${version}`);
  }
});

test('a call without the entries that it stands on is a row all the same', async (rig) => {
  for (const type of ['PlaceCall', 'AskQuestion', 'Accepted', 'Microsoft.Communication.RecognizeCompleted']) {
    const [flaw, call] = await flawsOf(rig, type);
    assert.match(flaw!, /^(entries are withheld: the rest may say more|its entries cannot be read as a call)$/);
    assert.is(call, callId(1));
  }
});

test('a stream that begins no call is a row that says so', async (rig) => {
  await rig.append(callId(9), ...Conversation.placed().stored.slice(1));
  const [row] = await rowsIn(await rig.whole({ callSessionId: callId(9) }));
  assert.match(row!['flaw']!, /^its (first entry begins no call|entries cannot be read as a call)$/);
});

const CELLS: readonly (readonly [cell: string, written: string])[] = [
  ['=1+2', "'=1+2"],
  ['+15550100', "'+15550100"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  ['=cmd|\'/c calc\'!"A1"', '"\'=cmd|\'/c calc\'!""A1"""'],
  ['say "yes", please', '"say ""yes"", please"'],
  ['two\nlines', '"two\nlines"'],
  ['a=b', 'a=b'],
  ['', ''],
  ['Zoë', 'Zoë'],
];

for (const [cell, written] of CELLS) {
  test(`${JSON.stringify(cell)} is written ${JSON.stringify(written)}`, () => {
    assert.is(csvLine([cell, 'x']), `${written},x\r\n`);
  });
}

test('a member whose id would be a formula is a text', async (rig) => {
  await rig.keep(2, '-1');
  assert.match(await csv(await rig.whole({ memberId: '-1' })), ",'-1,");
});

test.run();
