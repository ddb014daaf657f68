import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Telephony } from '../../../src/app/ports.ts';
import { createDispatcher } from '../../../src/app/sending/dispatcher.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import type { SentCommand } from '../../../src/domain/call/bodies.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import { foldStream } from '../../../src/domain/call/stream.ts';
import { callback } from '../../support/callbacks.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

const ANN = { memberId: 'M-1', actor: 'coordinator:ann' };

let rig: Rig;
let clock: VirtualClock;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
});
test.after.each(() => rig.close());

/** Real telephony that fails, or is watched, where a test says so. */
function telephony(send: Telephony['send']): Telephony {
  return { ...rig.deps.telephony, send };
}

async function called(app: Awaited<ReturnType<Rig['start']>>): Promise<string> {
  const result = await app.initiate(ANN);
  assert.ok(result.ok);
  return result.callSessionId;
}

const typesOf = async (call: string) => (await rig.stream(call)).map(({ type }) => type);

test('what the provider answered stands in the log, with the command as its cause', async () => {
  const app = await rig.start();
  const call = await called(app);
  await app.idle();
  const entries = await rig.stream(call);
  assert.equal(
    entries.map(({ kind, type }) => `${kind} ${type}`),
    ['command InitiateCall', 'command PlaceCall', 'outcome Accepted'],
  );
  assert.is(entries[2]?.cause, entries[1]?.id);
});

test('a command is in the log before it is sent', async () => {
  const before: string[][] = [];
  const watched = telephony(async (command, call) => {
    const [stream] = command.id.split('/');
    before.push(await typesOf(stream!));
    return rig.deps.telephony.send(command, call);
  });
  const app = await rig.start({ telephony: watched });
  await called(app);
  await app.idle();
  assert.equal(before, [['InitiateCall', 'PlaceCall']]);
});

test('the sender of a callback does not wait for the provider', async () => {
  let answer = () => {};
  const slow = telephony(async (command, call) => {
    if (command.type !== 'PlaceCall') await new Promise<void>((resolve) => (answer = resolve));
    return rig.deps.telephony.send(command, call);
  });
  const app = await rig.start({ telephony: slow });
  const call = await called(app);
  await app.idle();
  const { callConnectionId } = rig.simulator.calls()[0]!;
  assert.is(await app.recordCallbacks(call, [callback('CallConnected', { callConnectionId })]), 'recorded');
  assert.is(app.health().dispatching, 1);
  answer();
  await app.idle();
  assert.is(app.health().dispatching, 0);
});

test('telephony that throws ends nothing: it is told, and the deadline tries again', async () => {
  let throwing = true;
  const broken = telephony(async (command, call) => {
    if (throwing) throw new TypeError('a bug in the adapter');
    return rig.deps.telephony.send(command, call);
  });
  const app = await rig.start({ telephony: broken });
  const call = await called(app);
  await app.idle();
  assert.is(rig.journal.filter(({ level }) => level === 'error').length, 1);
  throwing = false;
  await clock.advance(15_000);
  await until('the call is dialled', async () => (await typesOf(call)).includes('Accepted'));
  assert.equal((await typesOf(call)).slice(2), ['DeadlinePassed', 'PlaceCall', 'Accepted']);
  assert.is(rig.simulator.stats().dials, 1);
});

test('words for a person are not sent to a line on which none is proven, whatever was recorded', async () => {
  const sent: SentCommand[] = [];
  const app = await rig.start();
  const call = await called(app);
  await app.idle();
  const outcomes: unknown[] = [];
  const dispatcher = createDispatcher({
    ...rig.deps,
    telephony: telephony(async (command) => {
      sent.push(command);
      return { type: 'Accepted' };
    }),
    recorder: {
      async record(_call, input) {
        outcomes.push(input.type === 'Outcome' && input.outcome);
        return { verdict: 'recorded', state: null };
      },
    },
    callbackUri: () => 'http://127.0.0.1:9/',
    isOurs: () => false,
    isAnothers: async () => false,
  });
  const state = await stateOf(call);
  for (const audience of ['person', 'anyone'] as const) {
    dispatcher.recorded(state, [{ ...say(audience), kind: 'command', at: '', actor: 'flow', cause: null }]);
  }
  await dispatcher.idle();
  assert.equal(
    sent.map(({ body }) => 'audience' in body && body.audience),
    ['anyone'],
  );
  assert.equal(outcomes, [{ type: 'Rejected', status: 0, subCode: 0, transient: false }, { type: 'Accepted' }]);
  assert.is(rig.journal.filter(({ message }) => message.includes('withheld')).length, 1);
});

test('a command that comes to be sent after its deadline is not sent: what to do instead is decided by then', async () => {
  const app = await rig.start();
  const state = await stateOf(await called(app));
  await app.idle();
  let sent = 0;
  const dispatcher = createDispatcher({
    ...rig.deps,
    telephony: telephony(async () => {
      sent += 1;
      return { type: 'Accepted' };
    }),
    recorder: { record: async () => ({ verdict: 'recorded', state: null }) },
    callbackUri: () => 'http://127.0.0.1:9/',
    isOurs: () => false,
    isAnothers: async () => false,
  });
  const at = '2020-01-01T00:00:00.000Z';
  dispatcher.recorded(state, [{ ...say('anyone', at), kind: 'command', at, actor: 'flow', cause: null }]);
  await dispatcher.idle();
  assert.is(sent, 0);
});

for (const jumpMs of [-3_600_000, 3_600_000]) {
  test(`a clock that is set by ${jumpMs / 3_600_000} h while a command waits for the one before does not make it late`, async () => {
    const app = await rig.start();
    const state = await stateOf(await called(app));
    await app.idle();
    const sent: string[] = [];
    let takesMs = 1_000;
    const dispatcher = createDispatcher({
      ...rig.deps,
      telephony: telephony(async (command) => {
        sent.push(command.id);
        clock.jump(jumpMs);
        await clock.advance(takesMs);
        return { type: 'Accepted' };
      }),
      recorder: { record: async () => ({ verdict: 'recorded', state: null }) },
      callbackUri: () => 'http://127.0.0.1:9/',
      isOurs: () => false,
      isAnothers: async () => false,
    });
    const entries = (...ids: string[]) => {
      const at = new Date(clock.now()).toISOString();
      const answerBy = new Date(Math.max(clock.now(), Date.parse(state.updatedAt)) + 15_000).toISOString();
      return ids.map(
        (id) => ({ ...say('anyone', answerBy), id, kind: 'command', at, actor: 'flow', cause: null }) as const,
      );
    };
    dispatcher.recorded(state, entries('one', 'two'));
    await dispatcher.idle();
    assert.equal(sent, ['one', 'two']);
    takesMs = 15_000;
    dispatcher.recorded(state, entries('three', 'four'));
    await dispatcher.idle();
    assert.equal(sent, ['one', 'two', 'three']);
  });
}

async function stateOf(call: string): Promise<CallState> {
  return foldStream(PROVIDERS, call, await rig.stream(call)).state!;
}

function say(audience: 'person' | 'anyone', answerBy = '') {
  const prompt = { text: 'Hello.', voice: { name: 'en-US-JennyNeural' }, cacheId: 'x' };
  const waits = { answerBy, resultBy: '' };
  const body = { step: 's', audience, prompt, attempt: 1, because: 'flow', interrupt: false, ...waits } as const;
  return { id: `x/${audience}`, type: 'SayMessage', body } as const;
}

test.run();
