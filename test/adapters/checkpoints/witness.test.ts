import http, { type RequestListener } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createWitness } from '../../../src/adapters/checkpoints/witness.ts';
import type { Witness } from '../../../src/audit/checkpoints/ports.ts';
import { COSIGNATURE, signerOf } from '../../../src/tlog/keys.ts';
import { cosignText, formatNote, readNote, type SignatureLine, signedBy, signText } from '../../../src/tlog/note.ts';
import { listen } from '../../support/loopback.ts';
import { fork, LOG, noteOf, type Rig, startRig, tree } from '../../witness/rig.ts';
import { failure } from './contract.ts';

const test = suite<{ rig: Rig; close: (() => Promise<void>)[] }>('client of a witness');
test.before.each(async (context) => {
  context.rig = await startRig();
  context.close = [() => context.rig.close()];
});
test.after.each(async ({ close }) => {
  for (const each of close) await each();
});

test('a real witness signs what goes on, says what it knows, and refuses what does not', async ({ rig }) => {
  const client = rig.client();
  assert.is(await client.latest(LOG.name), null);
  const note = await noteOf(150);
  const signed = await client.cosign(note, 0, []);
  assert.is(signed.is, 'cosigned');
  const lines = signed.is === 'cosigned' ? signed.lines : '';
  assert.is(await client.latest(LOG.name), `${note}${lines}`);
  assert.is(typeof signedBy(readNote(`${note}${lines}`)!, client.verifier), 'object');
  assert.equal(await client.cosign(await noteOf(300), 100, await tree.consistency(100, 300)), {
    is: 'elsewhere',
    size: 150,
  });
  assert.equal(await client.cosign(await noteOf(300), 150, await fork.consistency(150, 300)), {
    is: 'refused',
    status: 422,
  });
  const stranger = signerOf('stranger.example/log', Buffer.alloc(32, 9));
  assert.equal(await client.cosign(await noteOf(5, tree, stranger), 0, []), { is: 'refused', status: 404 });
  assert.is((await client.cosign(await noteOf(300), 150, await tree.consistency(150, 300))).is, 'cosigned');
});

const WITNESS = signerOf('witness.example/w', Buffer.alloc(32, 5), COSIGNATURE);
const linesOf = (...signatures: SignatureLine[]) => formatNote({ text: '', signatures }).slice(1);

/** A client of somebody who answers so. */
async function of(listener: RequestListener, close: (() => Promise<void>)[], timeLimitMs?: number): Promise<Witness> {
  const { url, close: end } = await listen(http.createServer(listener));
  close.push(end);
  return createWitness({ url: `${url}/prefix/`, verifier: WITNESS }, timeLimitMs === undefined ? {} : { timeLimitMs });
}

test('it is asked at the addresses of the standard, below whatever its address begins with', async ({ close }) => {
  const asked: string[] = [];
  const witness = await of((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(404).end();
  }, close);
  await witness.latest('example.com/log');
  await witness.cosign(await noteOf(5), 0, []);
  assert.equal(asked, [
    'GET /prefix/4d3203c8f35cdf600e475f55fede6081a703d3d322f208865fca2ec4f0e030f8/checkpoint',
    'POST /prefix/add-checkpoint',
  ]);
});

test('a line of its own is taken and no other, however many it sends', async ({ close }) => {
  const note = await noteOf(5);
  const { text } = readNote(note)!;
  const own = cosignText(text, WITNESS, 7);
  const stranger = signText(text, signerOf('stranger.example/log', Buffer.alloc(32, 9)));
  const witness = await of((_request, response) => response.end(linesOf(stranger, own, stranger)), close);
  assert.equal(await witness.cosign(note, 0, []), { is: 'cosigned', lines: linesOf(own) });
});

const LIES: readonly (readonly [what: string, answer: (text: string) => string | Buffer])[] = [
  ['nothing', () => ''],
  ['words', () => 'all is well\n'],
  [
    'a signature of somebody else',
    (text) => linesOf(signText(text, signerOf('stranger.example/w', Buffer.alloc(32, 9)))),
  ],
  ['its signature under another text', () => linesOf(cosignText('another\n1\n\n', WITNESS, 7))],
  ['a signature without a time', (text) => linesOf({ ...signText(text, WITNESS), id: WITNESS.id })],
  ['a sound signature and a false one', (text) => linesOf(cosignText(text, WITNESS, 7), cosignText('x\n', WITNESS, 7))],
  ['too much', (text) => linesOf(cosignText(text, WITNESS, 7)).repeat(1_000)],
  ['no UTF-8', () => Buffer.of(0xff, 0xfe)],
];

for (const [what, answer] of LIES) {
  test(`a witness that answers with ${what} has signed nothing`, async ({ close }) => {
    const note = await noteOf(5);
    const witness = await of((_request, response) => response.end(answer(readNote(note)!.text)), close);
    const { code, message } = await failure(witness.cosign(note, 0, []));
    assert.is(code, 'CHECKPOINT_WITNESS_UNAVAILABLE');
    assert.match(message, 'witness.example/w');
  });
}

test('what it says of the checkpoint is an answer, and what says nothing of it is none', async ({ close }) => {
  let [status, body] = [400, ''];
  const witness = await of((_request, response) => response.writeHead(status).end(body), close);
  for (status of [400, 403, 404, 413, 422])
    assert.equal(await witness.cosign(await noteOf(5), 0, []), { is: 'refused', status });
  [status, body] = [409, 'many'];
  assert.equal(await witness.cosign(await noteOf(5), 0, []), { is: 'refused', status: 409 });
  body = '17';
  assert.equal(await witness.cosign(await noteOf(5), 0, []), { is: 'elsewhere', size: 17 });
  for (status of [301, 307, 408, 429, 500, 503]) {
    assert.is((await failure(witness.cosign(await noteOf(5), 0, []))).code, 'CHECKPOINT_WITNESS_UNAVAILABLE');
    assert.is((await failure(witness.latest(LOG.name))).code, 'CHECKPOINT_WITNESS_UNAVAILABLE');
  }
});

test('a witness that hangs, before its answer or in the midst of it, is given up in time', async ({ close }) => {
  const silent = await of(() => {}, close, 50);
  assert.match((await failure(silent.cosign(await noteOf(5), 0, []))).message, 'in time');
  const slow = await of((_request, response) => void response.write('\u2014'), close, 50);
  assert.match((await failure(slow.latest(LOG.name))).message, 'in time');
});

test('an answer without an end is cut off', async ({ close }) => {
  const endless = await of((_request, response) => {
    const more = (): void =>
      void (response.destroyed || response.write(Buffer.alloc(16_384, 'a'), () => setImmediate(more)));
    more();
  }, close);
  assert.is((await failure(endless.latest(LOG.name))).code, 'CHECKPOINT_WITNESS_UNAVAILABLE');
});

test('nobody there is said in words', async () => {
  const witness = createWitness({ url: 'http://127.0.0.1:9', verifier: WITNESS });
  const { code, message } = await failure(witness.latest(LOG.name));
  assert.is(code, 'CHECKPOINT_WITNESS_UNAVAILABLE');
  assert.match(message, 'the witness witness.example/w cannot be asked: it cannot be reached');
});

test.run();
