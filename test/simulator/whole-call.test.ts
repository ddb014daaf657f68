import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { call, MEMBER, startRig, text } from './rig.ts';

test('the real SDK holds a whole conversation: prompt, three questions, thanks, hang-up', async () => {
  const rig = await startRig();
  try {
    const { callConnection, callConnectionProperties } = await call(rig);
    assert.is(callConnectionProperties.callConnectionState, 'connecting');
    assert.is(callConnectionProperties.serverCallId, undefined);
    await rig.receiver.event('CallConnected');
    const media = callConnection.getCallMedia();
    for (const context of ['person', 'q-1', 'q-2', 'q-3']) {
      await media.startRecognizing(
        { phoneNumber: MEMBER },
        {
          kind: 'callMediaRecognizeDtmfOptions',
          maxTonesToCollect: 1,
          initialSilenceTimeoutInSeconds: 10,
          playPrompt: text(`Question ${context}`),
          operationContext: context,
        },
      );
      const completed = await rig.receiver.event('RecognizeCompleted', (e) => e.data.operationContext === context);
      assert.equal(completed.data['dtmfResult'], { tones: ['one'] });
      assert.is(completed.data.resultInformation.subCode, 8531);
    }
    await media.playToAll([text('Thank you')], { operationContext: 'thanks' });
    await rig.receiver.event('PlayCompleted', (e) => e.data.operationContext === 'thanks');
    await callConnection.hangUp(true);
    const ended = await rig.receiver.event('CallDisconnected');
    assert.is(ended.data.resultInformation.subCode, 7000);
    assert.is(ended.data.operationContext, 'call-1');
    const [view] = rig.simulator.calls();
    const said = view?.transcript.filter(({ kind }) => kind === 'said').map(({ text }) => text);
    assert.equal(said, ['Question person', 'Question q-1', 'Question q-2', 'Question q-3', 'Thank you']);
  } finally {
    await rig.close();
  }
});

test.run();
