import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SECOND_READING } from '../../../../src/adapters/telephony/reading/second.ts';

function recognized(name: string, data: Readonly<Record<string, unknown>>) {
  const read = SECOND_READING.callback(`Microsoft.Communication.${name}`, { operationContext: 'ask', ...data });
  assert.ok(read.name === 'recognized');
  return read;
}

const failed = (subCode: number, code = 400) => recognized('RecognizeFailed', { resultInformation: { code, subCode } });

test('a tone that no script offers, and a name that nobody knows, is a key and not silence', () => {
  for (const tone of ['a', 'b', 'c', 'd', 'eleven', 'ONE', '', null, 7, {}]) {
    const read = recognized('RecognizeCompleted', {
      dtmfResult: { tones: [tone] },
      resultInformation: { code: 200, subCode: 8531 },
    });
    assert.equal(read.keys, ['other'], JSON.stringify(tone));
  }
});

test('of several keys the first counts, also when it is none that is offered', () => {
  const read = recognized('RecognizeCompleted', { dtmfResult: { tones: ['a', 'one'] } });
  assert.equal(read.keys, ['other', '1']);
});

test('silence, wrong keys and failures are told apart by their sub-codes', () => {
  for (const subCode of [8509, 8510, 8532]) assert.is(failed(subCode).without, 'silence', `${subCode}`);
  for (const subCode of [8534, 8547]) assert.is(failed(subCode).without, 'wrong-key', `${subCode}`);
  for (const subCode of [8511, 8512, 8513, 8535, 8536, 8563, 8564, 8565, 8567, 8568, 8570, 8572, 8582, 9999]) {
    assert.is(failed(subCode).without, 'failed', `${subCode}`);
  }
});

test('a question that the end of the call, or a later prompt, cut off is cancelled, however it is told', () => {
  assert.ok(recognized('RecognizeCanceled', { resultInformation: { code: 400, subCode: 8508 } }).isCancelled);
  for (const subCode of [8508, 8522, 8528, 9003]) assert.ok(failed(subCode).isCancelled, `${subCode}`);
});

test('a prompt that is read is named by the command that it answers', () => {
  for (const [name, how] of [
    ['PlayCompleted', 'completed'],
    ['PlayFailed', 'failed'],
    ['PlayCanceled', 'cancelled'],
  ]) {
    const read = SECOND_READING.callback(`Microsoft.Communication.${name}`, { operationContext: 'say' });
    assert.ok(read.name === 'played' && read.how === how && read.commandId === 'say');
  }
});

test('whatever the data holds, reading it is an answer and never an exception', () => {
  for (const name of [
    'CallConnected',
    'CallDisconnected',
    'CreateCallFailed',
    'RecognizeCompleted',
    'PlayFailed',
    'Nonsense',
  ]) {
    for (const data of [
      undefined,
      null,
      7,
      'x',
      [],
      { dtmfResult: 'x', resultInformation: [], operationContext: {} },
    ]) {
      assert.type(SECOND_READING.callback(`Microsoft.Communication.${name}`, data).name, 'string');
    }
  }
});

test('a call stands or is over by what ACS calls its state', () => {
  assert.is(SECOND_READING.standing('connected'), 'connected');
  for (const over of ['disconnecting', 'disconnected']) assert.is(SECOND_READING.standing(over), 'over');
  for (const other of [undefined, 'connecting', 'unknown', 'constructor'])
    assert.is(SECOND_READING.standing(other), 'other');
});

test.run();
