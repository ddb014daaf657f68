import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { replayOf } from '../../../src/audit/replay/replay.ts';
import { timeline } from '../../../src/cli/commands/timeline.ts';
import { COLUMNS, widthOf } from '../../../src/cli/wrap.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { openLogFile } from '../../../src/composition/stores.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { isCallStream } from '../../../src/domain/streams.ts';
import { tempDir } from '../../support/temp-dir.ts';

const GOLDEN = fileURLToPath(new URL('../../golden', import.meta.url));
const FOLDERS = readdirSync(GOLDEN).filter((name) => /^\d+$/.test(name));

type Row = { readonly CallSessionId: string; readonly Status: string; readonly Disposition: string | null };

/** The rows of calls that the read models had of a log, by callSessionId. */
function rowsOf(folder: string): Map<string, Row> {
  const lines = readFileSync(join(GOLDEN, folder, 'rows.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const read = lines.map((line) => JSON.parse(line) as { table: string; row: Row });
  return new Map(read.filter(({ table }) => table === 'CallSessions').map(({ row }) => [row.CallSessionId, row]));
}

/** The streams of all calls of a copy of a log. */
async function callsOf(folder: string): Promise<[string, readonly Entry[]][]> {
  const { file, remove } = await tempDir('replay');
  copyFileSync(join(GOLDEN, folder, 'call-events.db'), file('log.db'));
  const log = openLogFile(file('log.db'), 'write');
  try {
    const calls: [string, readonly Entry[]][] = [];
    for await (const stream of log.registered()) {
      if (isCallStream(stream)) calls.push([stream, await log.read(stream)]);
    }
    return calls.filter(([, entries]) => entries.length > 0);
  } finally {
    await log.close();
    await remove();
  }
}

for (const folder of FOLDERS) {
  test(`every entry of golden log ${folder} has words, and the end is that of the read models`, async () => {
    const rows = rowsOf(folder);
    const calls = await callsOf(folder);
    assert.is(calls.length, rows.size);
    for (const [callSessionId, entries] of calls) {
      const { steps, flaws } = replayOf(PROVIDERS, { callSessionId, entries, flaws: [] }, null);
      assert.equal(flaws, []);
      assert.is(steps.length, entries.length);
      for (const { what, flaw, who, version } of steps) {
        assert.is(flaw, null, `${callSessionId} ${version}`);
        assert.not.match(what, /undefined|null|NaN|\[object/, `${callSessionId} ${version}: ${what}`);
        assert.is.not(who.kind, 'unknown');
      }
      const { status, disposition } = steps.at(-1)!.state!;
      const row = rows.get(callSessionId)!;
      assert.equal([status, disposition], [row.Status, row.Disposition]);
    }
  });

  test(`every call of golden log ${folder} fits on a terminal, and shows no whole number of a member`, async () => {
    for (const [callSessionId, entries] of await callsOf(folder)) {
      const replay = replayOf(PROVIDERS, { callSessionId, entries, flaws: [] }, null);
      const { phoneNumber } = JSON.parse(entries[0]!.data) as { phoneNumber: string };
      const lines = timeline({ ...replay, asOf: null });
      assert.ok(lines.length > entries.length);
      for (const line of lines) assert.ok(widthOf(line) <= COLUMNS, line);
      assert.not.match(lines.join('\n'), phoneNumber);
    }
  });
}

test('there are golden logs', () => assert.ok(FOLDERS.length >= 2));

test.run();
