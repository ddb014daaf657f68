import type { CallConnection, CallMedia } from '@azure/communication-call-automation';
import type { CallTarget, Telephony } from '../../app/ports.ts';
import type { Outcome, Prompt, SentCommand } from '../../domain/call/bodies.ts';
import { teamsAccountOf } from '../../domain/call/line.ts';
import { classify } from './classify.ts';
import { type AcsAccess, type AcsClient, createAcsClient } from './client.ts';
import { TelephonyError } from './error.ts';
import { repeatabilityHeaders, requestIdOf } from './repeatability.ts';

type AcsOptions = AcsAccess & {
  /** Where ACS turns prompts into speech; given when a call is placed, it cannot be added later. */
  readonly cognitiveServicesEndpoint: string;
  /** Default 10,000. */
  readonly requestTimeoutMs?: number;
  /** For a simulator on plain http; default false. */
  readonly allowInsecureConnection?: boolean;
};

const ACCEPTED: Outcome = { type: 'Accepted' };

/** The SDK does not check the types of what it is answered. */
const NO_USABLE_ANSWER: Outcome = { type: 'Unknown', reason: 'server-error' };

type Command<T extends SentCommand['type']> = Extract<SentCommand, { type: T }>;

/** Telephony by Azure Communication Services Call Automation, or by anything that speaks its wire. */
export function createAcsTelephony(options: AcsOptions): Telephony {
  const acs = createAcsClient(options, {
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    allowInsecureConnection: options.allowInsecureConnection ?? false,
  });
  const calls = callViews(acs);

  async function carryOut(command: SentCommand, call: CallTarget): Promise<Outcome> {
    switch (command.type) {
      case 'PlaceCall':
        return placeCall(acs, command, call, options.cognitiveServicesEndpoint);
      case 'AskQuestion':
        return ask(calls.media(connectionOf(call)), command, call);
      case 'SayMessage':
        return say(calls.media(connectionOf(call)), command);
      case 'HangUp':
        return hangUp(calls.connection(command.body.callConnectionId), command);
      case 'CheckCall':
        return check(calls.connection(command.body.callConnectionId), command.body.callConnectionId, call);
    }
  }

  return {
    async send(command, call): Promise<Outcome> {
      try {
        return await carryOut(command, call);
      } catch (error) {
        if (error instanceof TelephonyError) throw error;
        // The SDK's error holds the request, so the member's number and the prompt: it ends here.
        return classify(error, command.type, Date.now());
      }
    },
    async close() {
      acs.close();
    },
  };
}

/**
 * `getCallConnection` builds a whole pipeline, and with it an empty token cache, for every call: measured a third of
 * a request's processor time. Here one of each kind serves all calls; a view differs in the id only.
 */
function callViews(acs: AcsClient): {
  connection(callConnectionId: string): CallConnection;
  media(callConnectionId: string): CallMedia;
} {
  const connection = acs.client.getCallConnection('');
  const media = connection.getCallMedia();
  return {
    connection: (callConnectionId) => Object.assign(Object.create(connection), { callConnectionId }),
    media: (callConnectionId) => Object.assign(Object.create(media), { callConnectionId }),
  };
}

async function placeCall(
  acs: AcsClient,
  { id, body }: Command<'PlaceCall'>,
  call: CallTarget,
  cognitiveServicesEndpoint: string,
): Promise<Outcome> {
  const { caller, teams } = sourceOf(body.from);
  const invite = { targetParticipant: { phoneNumber: body.to }, ...caller };
  const headers = repeatabilityHeaders(body.repeatabilityRequestId, new Date(body.repeatabilityFirstSent));
  const result = await acs.client.createCall(invite, call.callbackUri, {
    ...teams,
    operationContext: id,
    callIntelligenceOptions: { cognitiveServicesEndpoint },
    // The SDK overwrites its own typed repeatability options with new values; these headers win.
    requestOptions: { customHeaders: headers },
  });
  const { callConnectionId } = result.callConnectionProperties;
  return typeof callConnectionId === 'string' ? { type: 'Accepted', callConnectionId } : NO_USABLE_ANSWER;
}

/** Who calls: a number, or a Teams resource account, whose number Teams knows. The SDK calls its object id `teamsAppId`. */
function sourceOf(line: string) {
  const account = teamsAccountOf(line);
  if (account === null) return { caller: { sourceCallIdNumber: { phoneNumber: line } } };
  return { teams: { teamsAppSource: { teamsAppId: account } } };
}

async function ask(media: CallMedia, { id, body }: Command<'AskQuestion'>, call: CallTarget): Promise<Outcome> {
  await media.startRecognizing(
    { phoneNumber: call.phoneNumber },
    {
      kind: 'callMediaRecognizeDtmfOptions',
      maxTonesToCollect: 1,
      initialSilenceTimeoutInSeconds: body.silenceSeconds,
      interruptPrompt: true,
      interruptCallMediaOperation: body.interrupt,
      playPrompt: textSource(body.prompt),
      operationContext: id,
    },
  );
  return ACCEPTED;
}

async function say(media: CallMedia, { id, body }: Command<'SayMessage'>): Promise<Outcome> {
  // Not `play`, which drops interruptCallMediaOperation; on a two-party call both are heard by the member only.
  await media.playToAll([textSource(body.prompt)], {
    loop: false,
    interruptCallMediaOperation: body.interrupt,
    operationContext: id,
  });
  return ACCEPTED;
}

async function hangUp(connection: CallConnection, { id }: Command<'HangUp'>): Promise<Outcome> {
  const customHeaders = repeatabilityHeaders(requestIdOf(id), new Date());
  await connection.hangUp(true, { requestOptions: { customHeaders } });
  return ACCEPTED;
}

async function check(connection: CallConnection, connectionId: string, call: CallTarget): Promise<Outcome> {
  const properties = await connection.getCallConnectionProperties();
  const { callConnectionState: callState } = properties;
  if (typeof callState !== 'string') return NO_USABLE_ANSWER;
  const address = callbackAddress(properties);
  const ours = address !== null && call.isOurs(address);
  return { type: 'Accepted', callConnectionId: connectionId, callState, ours };
}

/** The SDK (1.6.0) types it as `callbackUrl`, and the service sends `callbackUri`, which the SDK passes on under that name. */
function callbackAddress(properties: object): string | null {
  const found = 'callbackUri' in properties ? properties.callbackUri : Reflect.get(properties, 'callbackUrl');
  return typeof found === 'string' ? found : null;
}

function textSource(prompt: Prompt) {
  const { text, voice, cacheId } = prompt;
  const by = 'name' in voice ? { voiceName: voice.name } : { sourceLocale: voice.locale };
  return { kind: 'textSource' as const, text, playSourceCacheId: cacheId, ...by };
}

function connectionOf(call: CallTarget): string {
  if (call.callConnectionId === null)
    throw new TelephonyError('TELEPHONY_NOT_CONNECTED', 'the call has no callConnectionId');
  return call.callConnectionId;
}
