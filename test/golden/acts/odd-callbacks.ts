import { untilEnded } from '../../e2e/rig.ts';
import type { Stage } from '../stage.ts';
import { place, untilAsked } from './staff.ts';

let serial = 0;

/** A callback that the simulator never sends, as the server would hand it to the application. */
function odd(name: string, data: Record<string, unknown>) {
  serial += 1;
  const id = `odd-${serial}`;
  const type = name.includes('.') ? name : `Microsoft.Communication.${name}`;
  // Laid out as nobody else does: what is kept is the text, not what it says.
  const raw = `{ "id":"${id}",\n  "type":"${type}", "specversion":"1.0", "data":${JSON.stringify(data)} }`;
  return { id, type, data, raw };
}

function pressed(operationContext: string, ...tones: string[]) {
  return odd('RecognizeCompleted', { operationContext, dtmfResult: { tones } });
}

/** What a provider may say and hardly ever does: twice and otherwise, with keys before keys, and without any sense. */
export async function oddCallbacks(stage: Stage): Promise<void> {
  const session = await stage.start();
  const call = await place(stage, await session.person({ reactions: [{ press: ['one'], afterMs: 500 }] }));
  const asks = async () => (await session.log.read(call)).filter(({ type }) => type === 'AskQuestion');
  const say = (...callbacks: ReturnType<typeof odd>[]) => session.app.recordCallbacks(call, callbacks);
  await untilAsked(session, call, 2);
  const [person, first] = (await asks()).map(({ id }) => id) as [string, string];
  await say(pressed(first, 'pound', 'two'));
  await untilAsked(session, call, 3);
  const second = (await asks())[2]!.id;
  const wrong = { operationContext: second, resultInformation: { code: 400, subCode: 8547 } };
  await say(odd('RecognizeFailed', wrong), pressed(first, 'one'), pressed(person, 'one'), odd('CallConnected', {}));
  await untilEnded(stage.url, call);
  await say(
    odd('RecognizeCompleted', { dtmfResult: { tones: 'one' }, resultInformation: 7, operationContext: [] }),
    odd('Example.Unheard.Of', { number: 1.5, text: 'Größe 数 \u0000' }),
    odd('CreateCallFailed', { resultInformation: { code: 486, subCode: 560_486 } }),
  );
  // One identity for more than there are places for, and one id of two sources.
  for (let n = 0; n < 6; n += 1) await say(twin('calling/callConnections/x', n));
  await say(twin('calling/media/x', 0), twin('calling/callConnections/x', 2));
  await session.app.idle();
  await session.close();
}

/** An event under the one id that all of these have. */
function twin(source: string, n: number) {
  const event = { id: 'twin', source, type: 'Microsoft.Communication.ParticipantsUpdated', data: { n } };
  return { ...event, raw: JSON.stringify(event) };
}
