import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyTonight } from '../../src/composition/nightly.ts';
import { openLogFile, storeFiles } from '../../src/composition/stores.ts';
import { readConfig } from '../../src/config/config.ts';
import { operationStream } from '../../src/domain/streams.ts';
import { collect } from '../support/collect.ts';
import { tempDir } from '../support/temp-dir.ts';
import { virtualClock } from '../support/virtual-clock.ts';

test('what it appends is on the register of each hour in which it does, where the servers look for what nobody vouches for', async () => {
  const folder = await tempDir('nightly');
  const clock = virtualClock(Date.parse('2026-03-07T06:30:00.000Z'));
  const isOurs = await verifyTonight(readConfig({ DATA_DIR: folder.path }), {
    clock,
    onProgress() {},
    onUnasked() {},
    onFound: () => clock.jump(3 * 3_600_000),
  });
  assert.ok(isOurs);
  const log = openLogFile(storeFiles(folder.path).log, 'read');
  const stream = operationStream('2026-03-07');
  assert.equal(await collect(log.registered(new Date('2026-03-07T09:00:00.000Z'))), [stream]);
  assert.equal(
    (await log.read(stream)).map(({ type, at }) => [type, at]),
    [
      ['BeginVerification', '2026-03-07T06:30:00.000Z'],
      ['EndVerification', '2026-03-07T09:30:00.000Z'],
    ],
  );
  await log.close();
  await folder.remove();
});

test.run();
