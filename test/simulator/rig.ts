import { CallAutomationClient, type CallAutomationClientOptions } from '@azure/communication-call-automation';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { eventually } from '../support/until.ts';
import { type Receiver, startReceiver } from './receiver.ts';

export const MEMBER = '+15550100';
export const CALLER = '+15550199';
export const SPEECH = 'https://speech.example/';

/** A simulator, somebody who receives its callbacks, and the real SDK. */
export type Rig = {
  readonly simulator: Simulator;
  readonly receiver: Receiver;
  readonly client: CallAutomationClient;
  /** Where callbacks are asked for, with a query that any normalising would change. */
  readonly callbackUrl: string;
  close(): Promise<void>;
};

/** Call time runs so much faster in tests, unless they say otherwise. */
export const FAST = 200;

export async function startRig(options: SimulatorOptions = {}): Promise<Rig> {
  const simulator = await startSimulator({ timeScale: FAST, seed: 7, ...options });
  const receiver = await startReceiver();
  return {
    simulator,
    receiver,
    client: clientOf(simulator),
    callbackUrl: `${receiver.url}/callbacks?call=1&secret=a%2Fb+c~d`,
    async close() {
      await simulator.close();
      await receiver.close();
    },
  };
}

/** The real SDK, its own retries off. */
export function clientOf(simulator: Simulator, options: object = {}): CallAutomationClient {
  return new CallAutomationClient(simulator.connectionString, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
    ...options,
  } as CallAutomationClientOptions);
}

type CreateOptions = NonNullable<Parameters<CallAutomationClient['createCall']>[2]>;

/** Places a call to the member. */
export function call(rig: Rig, number = MEMBER, options: CreateOptions = {}) {
  const invite = { targetParticipant: { phoneNumber: number }, sourceCallIdNumber: { phoneNumber: CALLER } };
  return rig.client.createCall(invite, rig.callbackUrl, {
    callIntelligenceOptions: { cognitiveServicesEndpoint: SPEECH },
    operationContext: 'call-1',
    ...options,
  });
}

/** Places a call and waits until it is answered. */
export async function connectedCall(rig: Rig, number = MEMBER, options: CreateOptions = {}) {
  const { callConnectionProperties, callConnection } = await call(rig, number, options);
  const id = callConnectionProperties.callConnectionId ?? '';
  await rig.receiver.event('CallConnected', ({ data }) => data.callConnectionId === id);
  return { id, connection: callConnection, media: callConnection.getCallMedia() };
}

/** A text prompt. */
export function text(words: string) {
  return { kind: 'textSource', text: words, voiceName: 'en-US-JennyNeural' } as const;
}

/** What the SDK throws, or undefined. */
export async function errorOf(promise: Promise<unknown>): Promise<{ statusCode?: number; code?: string } | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error as { statusCode?: number; code?: string };
  }
}

type Media = Awaited<ReturnType<typeof connectedCall>>['media'];
type RecognizeChange = Partial<Parameters<Media['startRecognizing']>[1]>;

/** Asks for one key, ten seconds to press it. */
export function ask(media: Media, operationContext: string, change: RecognizeChange = {}, number = MEMBER) {
  const options = {
    kind: 'callMediaRecognizeDtmfOptions',
    maxTonesToCollect: 1,
    initialSilenceTimeoutInSeconds: 10,
    playPrompt: text(`Question ${operationContext}`),
    operationContext,
    ...change,
  };
  return media.startRecognizing({ phoneNumber: number }, options as Parameters<Media['startRecognizing']>[1]);
}

const TERMINAL = /(Play|Recognize)(Completed|Failed|Canceled)$/;

/** The one event that ends an operation, as `type code/subCode`, with keys where there are some. */
export async function endOf(rig: Rig, operationContext: string): Promise<string> {
  const event = await eventually(`an end of ${operationContext}`, () => {
    const events = rig.receiver.events();
    return events.find(({ type, data }) => data.operationContext === operationContext && TERMINAL.test(type)) ?? null;
  });
  const { code, subCode } = event.data.resultInformation;
  const result = event.data['dtmfResult'] as { tones: string[] } | undefined;
  return `${event.type.replace('Microsoft.Communication.', '')} ${code}/${subCode}${result ? ` ${result.tones}` : ''}`;
}
