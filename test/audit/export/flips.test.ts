import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Conversation } from '../../domain/call/conversation.ts';
import { callId, checked, startExportRig } from './rig.ts';

const test = suite('every byte of an export');

/** A letter and the next are told apart by bits that base64 may leave unused. */
const CHANGES: readonly ((byte: number, place: number) => number)[] = [
  (byte) => (byte + 1) % 256,
  (byte) => byte ^ 32,
  (byte, place) => byte ^ (1 << (place % 8)),
];
/** So many places are passed over before the last signature, for which nothing vouches but itself. */
const STEP = process.env['FLIPS'] === undefined ? 29 : 1;

test('one byte of a small export changed, anywhere: refused', async () => {
  const rig = await startExportRig();
  await rig.keep(1, 'M-1', { stored: Conversation.placed().stored.slice(0, 2) });
  const bytes = Buffer.from(await rig.whole({ callSessionId: callId(1) }));
  assert.equal((await checked(bytes)).findings, []);
  const signature = bytes.lastIndexOf('\u2014');
  const passed: number[] = [];
  for (let place = 0; place < bytes.length; place += place < signature ? STEP : 1) {
    const honest = bytes[place]!;
    for (const change of place < signature ? [CHANGES[place % 3]!] : CHANGES) {
      bytes[place] = change(honest, place);
      if ((await checked(bytes, undefined, bytes.length)).findingCount === 0) passed.push(place);
    }
    bytes[place] = honest;
  }
  assert.equal(passed, []);
});

test.run();
