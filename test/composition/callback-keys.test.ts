import { rm } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callSecretsOf } from '../../src/composition/callback-keys.ts';
import { storeFiles } from '../../src/composition/stores.ts';
import { HONOURED_MS, rotateCallbackKey } from '../../src/config/callback-key.ts';
import { type JournalLine, journalInto } from '../support/journal.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

const test = suite<{ dir: TempDir }>('the callback key under a running server');
test.before.each(async (context) => {
  context.dir = await tempDir('callback-keys');
});
test.after.each(({ dir }) => dir.remove());

const CALL = '019ab000-0000-7000-8000-000000000001';

test('another key is taken within a second; the old one is honoured while calls are open, and not for ever', async ({
  dir,
}) => {
  let nowMs = Date.UTC(2026, 2, 1);
  const lines: JournalLine[] = [];
  const clock = { now: () => nowMs, monotonicMs: () => nowMs };
  const none = { callbackSecretKey: null, callbackSecretKeyBefore: null, dataDir: dir.path };
  const secrets = callSecretsOf(none, clock, journalInto(lines));
  const { callbackKey } = storeFiles(dir.path);
  const old = secrets.of(CALL);

  rotateCallbackKey(callbackKey, nowMs);
  assert.is(secrets.of(CALL), old, 'the file is not looked at for every call');
  nowMs += 1_000;
  const fresh = secrets.of(CALL);
  assert.is.not(fresh, old);
  assert.equal([secrets.matches(CALL, old), secrets.matches(CALL, fresh)], [true, true]);

  await rm(callbackKey);
  nowMs += HONOURED_MS - 1_001;
  assert.equal([secrets.matches(CALL, old), secrets.matches(CALL, fresh)], [true, true]);
  assert.ok(lines.some((line) => JSON.stringify(line).includes('stay in force')));
  nowMs += 1;
  assert.equal([secrets.matches(CALL, old), secrets.matches(CALL, fresh)], [false, true]);
});

test.run();
