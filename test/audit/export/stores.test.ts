import { readFile, writeFile } from 'node:fs/promises';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { newEntry } from '../../log/samples.ts';
import { openTablesRig } from '../../log/tables/rig.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { callId, checked, contentOf, SCRIPT, startExportRig } from './rig.ts';

/**
 * Exports as the first version wrote them: whoever was given one can check it years later. Written by nobody but who makes a
 * new format: with GOLDEN=write.
 */
const golden = (name: string): URL => new URL(`golden/${name}.ndjson`, import.meta.url);

const AT = '2026-03-02T15:00:00.000Z';
const INITIATE = JSON.stringify({
  memberId: 'M-1',
  questionnaire: { id: 's', version: 1, hash: SCRIPT.split(':')[1] },
});
const WITHHOLD = [{ entries: 'PlaceCall', reason: 'shows a number' }];

/** Bytes that no text of ours has, and that JSON writes in more than one way. */
const ODD = JSON.stringify({ said: 'Zoë \u2028 \u007f "\\ \u0001 \ud83d\udcde' });

async function exported(log: CallEventLog): Promise<Record<string, string>> {
  const rig = await startExportRig({ log, process: 'process' });
  const entry = (id: string, type: string, data: string) => newEntry(id, { at: AT, type, data });
  await rig.append('member:M-1', entry(callId(1), 'OpenCall', '{}'));
  await rig.append(
    callId(1),
    entry('a', 'InitiateCall', INITIATE),
    entry('b', 'PlaceCall', '{}'),
    entry('c', 'Odd', ODD),
  );
  await rig.instance.checkpoints.make();
  await rig.append(callId(1), newEntry('d', { at: AT, cause: 'c' }));
  return {
    call: await rig.whole({ callSessionId: callId(1) }),
    member: await rig.whole({ memberId: 'M-1' }, { withhold: WITHHOLD, reason: 'asked for by the member' }),
    period: await rig.whole({ from: '2026-03-02', to: '2026-03-03' }),
  };
}

const test = suite('exports from every kind of log');

const LOGS: readonly (readonly [string, () => Promise<{ log: CallEventLog; close(): Promise<unknown> }>])[] = [
  ['memory', async () => ({ log: memoryLog(), close: async () => {} })],
  [
    'a file of SQLite',
    async () => {
      const dir = await tempDir('exports');
      const log = openSqliteLog(dir.file('log.db'));
      return { log, close: () => log.close().then(dir.remove) };
    },
  ],
];

const NAMES = ['call', 'member', 'period'] as const;

for (const [what, open] of LOGS) {
  test(`from ${what}: the same bytes as ever`, async () => {
    const { log, close } = await open();
    const texts = await exported(log).finally(close);
    for (const name of NAMES) {
      if (process.env['GOLDEN'] === 'write') await writeFile(golden(name), texts[name]!);
      assert.is(texts[name], await readFile(golden(name), 'utf8'));
    }
  });
}

test('from Azure Tables: the same but for the tree, which is as fast as the store', async () => {
  const rig = await openTablesRig();
  const texts = await exported(await rig.open()).finally(rig.close);
  for (const name of NAMES) {
    assert.equal((await checked(texts[name]!)).findings, []);
    assert.equal(entriesIn(texts[name]!), entriesIn(await readFile(golden(name), 'utf8')));
  }
});

/** The lines that hold entries, to the letter, and the streams that they are of. */
function entriesIn(text: string): string[] {
  return [...contentOf(text), ...text.split('\n').filter((line) => /^\{"(entry|withheld)"/.test(line))];
}

for (const [what, bytes] of [
  ['is no text', "x'ff00fe'"],
  ['was altered', "x'7b7d'"],
  ['is empty', "''"],
] as const) {
  test(`from a file of SQLite, an entry whose data ${what}: it contradicts the checkpoint, and is named`, async () => {
    const dir = await tempDir('exports');
    const path = dir.file('log.db');
    const log = openSqliteLog(path);
    try {
      const rig = await startExportRig({ log });
      await rig.keep(1, 'M-1');
      await rig.keep(2, 'M-1');
      await rig.instance.checkpoints.make();
      const db = new Database(path);
      db.exec('DROP TRIGGER entries_no_update');
      db.exec(`UPDATE entries SET data = CAST(${bytes} AS TEXT) WHERE stream = '${callId(1)}' AND version = 3`);
      db.close();
      const text = await rig.whole({ memberId: 'M-1' });
      assert.equal(contentOf(text), [
        'member:M-1 2',
        `${callId(1)} left: contradicts`,
        `${callId(2)} 21`,
        `${SCRIPT} 1`,
      ]);
      const { findings, notes } = await checked(text);
      assert.equal(findings, []);
      assert.equal(notes, [`${callId(1)} is not in the export: entry 3 was altered`]);
    } finally {
      await log.close();
      await dir.remove();
    }
  });
}

test('an export of the first version is still sound', async () => {
  const contents = [];
  for (const name of ['call', 'member', 'period']) {
    const bytes = await readFile(golden(name));
    assert.equal((await checked(bytes)).findings, []);
    contents.push(contentOf(bytes.toString()));
  }
  const call = [`${callId(1)} 4`, `${SCRIPT} 1`];
  assert.equal(contents, [call, ['member:M-1 1', ...call], call]);
});

test.run();
