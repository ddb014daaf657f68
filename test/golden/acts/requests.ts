import type { CallAppDeps } from '../../../src/app/call-app.ts';
import type { Faults } from '../../../src/simulator/faults/faults.ts';
import { type Person, untilEnded } from '../../e2e/rig.ts';
import { telephonyTo } from '../../support/acs-telephony.ts';
import { until } from '../../support/until.ts';
import type { Stage } from '../stage.ts';
import { place, untilRecorded } from './staff.ts';

type Trouble = Partial<Faults> & { readonly who?: Person['behaviour'] };

/** Rings for so long that it is dialled again before anybody answers. */
const SLOW: Person['behaviour'] = { preset: 'says-no', ringMs: 25_000 };

/** What a provider does to requests, once or twice in a call. */
const TROUBLES: readonly Trouble[] = [
  { requestOperations: ['createCall', 'recognize'], throttleRate: 1, requestFaultsMax: 3, who: 'says-no' },
  { requestOperations: ['createCall'], throttleRate: 1, retryAfterSeconds: 1, requestFaultsMax: 1, who: 'busy' },
  { requestOperations: ['createCall'], throttleRate: 1, who: 'busy' },
  { requestOperations: ['createCall'], serverErrorRate: 1, requestFaultsMax: 1, who: 'busy' },
  { requestOperations: ['recognize'], serverErrorRate: 1, requestFaultsMax: 2, who: 'says-no' },
  { requestOperations: ['recognize'], serverErrorRate: 1, who: 'says-no' },
  { requestOperations: ['createCall'], timeoutRate: 1, requestFaultsMax: 1, who: 'says-no' },
  { requestOperations: ['recognize'], timeoutRate: 1, requestFaultsMax: 1, who: 'says-no' },
  { requestOperations: ['recognize'], loseAnswerRate: 1, requestFaultsMax: 1, who: 'says-no' },
  {
    requestOperations: ['play', 'terminate'],
    loseAnswerRate: 1,
    loseAnswerBy: 'silence',
    requestFaultsMax: 2,
    who: 'says-no',
  },
  { requestOperations: ['terminate'], throttleRate: 1, who: 'says-no' },
  { requestOperations: ['play'], throttleRate: 1, requestFaultsMax: 2, who: 'says-no' },
  { requestOperations: ['createCall'], loseAnswerRate: 1, requestFaultsMax: 1, repeatabilityMs: 0, who: SLOW },
  { callbackTypes: ['RecognizeCompleted', 'RecognizeFailed'], callbackDropRate: 1, who: 'says-no' },
  { missingCallDisconnectedRate: 1, who: 'hangs-up-on-person-prompt' },
  {
    callbackTypes: ['CallDisconnected'],
    callbackDropRate: 1,
    disconnectedReadableMs: 86_400_000,
    who: 'hangs-up-on-person-prompt',
  },
  { callbackTypes: ['CallConnected', 'CallDisconnected'], callbackDropRate: 1, who: 'says-no' },
  { callbackDropRate: 1, requestOperations: ['getCall'], timeoutRate: 1, who: 'says-no' },
  { speechFailureRate: 1, speechFailureCode: 429 },
];

/** Each trouble in a server of its own, so that no breaker opens for what the one before has met. */
export async function troubledRequests(stage: Stage): Promise<void> {
  for (const { who = 'answers-all', ...faults } of TROUBLES) await troubled(stage, who, faults);
  await troubled(stage, 'answers-all', {}, { telephony: unreachable() });
}

async function troubled(
  stage: Stage,
  who: Person['behaviour'],
  faults: Partial<Faults>,
  changes: Partial<CallAppDeps> = {},
): Promise<void> {
  const session = await stage.start(changes);
  stage.faults(faults);
  const call = await place(stage, await session.person(who));
  await untilEnded(stage.url, call);
  await until('all are delivered', () => stage.simulator.stats().callbacksPending === 0);
  await session.app.idle();
  stage.faults({});
  await session.close();
}

/** A dial that may have been carried out, and then is refused again and again. */
export async function refusedAfterDoubt(stage: Stage): Promise<void> {
  const session = await stage.start();
  const requestOperations = ['createCall' as const];
  stage.faults({ requestOperations, serverErrorRate: 1 });
  const call = await place(stage, await session.person('busy'));
  await untilRecorded(session, call, 'Unknown');
  stage.faults({ requestOperations, throttleRate: 1 });
  await untilEnded(stage.url, call);
  stage.faults({});
  await session.close();
}

/** Nobody listens there. */
function unreachable() {
  const accessKey = Buffer.from('nobody').toString('base64');
  const connectionString = `endpoint=http://127.0.0.1:9/;accesskey=${accessKey}`;
  return telephonyTo({
    ACS_CONNECTION_STRING: connectionString,
    COGNITIVE_SERVICES_ENDPOINT: 'https://speech.example/',
  });
}

/** Closed for want of any word, and then somebody picks up. */
export async function answeredTooLate(stage: Stage): Promise<void> {
  const session = await stage.start();
  stage.faults({ requestOperations: ['createCall'], loseAnswerRate: 1, callbackDelayMs: 450_000 });
  const member = await session.person('answers-all');
  const call = await place(stage, member);
  await untilRecorded(session, call, 'CloseCall');
  stage.faults({});
  await untilRecorded(session, call, 'HangUp');
  const leg = () => stage.simulator.calls().find(({ number }) => number === member.phoneNumber);
  await until('the leg has ended', () => leg()?.state === 'disconnected');
  await until('all are delivered', () => stage.simulator.stats().callbacksPending === 0);
  await session.close();
}
