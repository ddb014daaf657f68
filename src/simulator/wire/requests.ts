import type { Static, TSchema } from 'typebox';
import Type from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { errorReply, invalidArgument, notSimulated, type Reply } from './reply.ts';
import { TONES } from './tones.ts';

/** A request body that was understood, or the answer that refuses it. */
type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reply: Reply };

/** Characters that one text prompt may have. */
const TEXT_CHARACTERS_MAX = 4_000;

const phoneNumber = Type.Object({ value: Type.String({ pattern: '^\\+[1-9][0-9]{1,14}$' }) });
const identifier = Type.Object({
  rawId: Type.Optional(Type.String()),
  kind: Type.Optional(Type.String()),
  phoneNumber: Type.Optional(phoneNumber),
});
const operationContext = Type.Optional(Type.String({ maxLength: 5_000 }));
const uri = Type.String({ pattern: '^https?://[^\\s/]+[!-~]*$', maxLength: 8_192 });

const guid = Type.String({ pattern: '^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$' });

const CreateCallSchema = Type.Object({
  targets: Type.Array(identifier, { minItems: 1 }),
  callbackUri: uri,
  sourceCallerIdNumber: Type.Optional(phoneNumber),
  teamsAppSource: Type.Optional(Type.Object({ appId: guid })),
  sourceDisplayName: Type.Optional(Type.String()),
  source: Type.Optional(Type.Object({ id: Type.String() })),
  operationContext,
  callIntelligenceOptions: Type.Optional(Type.Object({ cognitiveServicesEndpoint: Type.Optional(Type.String()) })),
});

const sourceCacheId = { playSourceCacheId: Type.Optional(Type.String()) };
const spokenText = Type.Object({
  text: Type.String(),
  sourceLocale: Type.Optional(Type.String()),
  voiceName: Type.Optional(Type.String()),
});
const PlaySourceSchema = Type.Union([
  Type.Object({ kind: Type.Literal('text'), text: spokenText, ...sourceCacheId }),
  Type.Object({ kind: Type.Literal('ssml'), ssml: Type.Object({ ssmlText: Type.String() }), ...sourceCacheId }),
  Type.Object({ kind: Type.Literal('file'), file: Type.Object({ uri }), ...sourceCacheId }),
]);

const mediaFields = {
  interruptCallMediaOperation: Type.Optional(Type.Boolean()),
  operationContext,
  operationCallbackUri: Type.Optional(uri),
};

const PlaySchema = Type.Object({
  playSources: Type.Array(PlaySourceSchema, { minItems: 1, maxItems: 100 }),
  playTo: Type.Optional(Type.Array(identifier)),
  playOptions: Type.Optional(Type.Object({ loop: Type.Optional(Type.Boolean()) })),
  ...mediaFields,
});

const RecognizeSchema = Type.Object({
  recognizeInputType: Type.Enum(['dtmf', 'speech', 'speechOrDtmf', 'choices']),
  playPrompt: Type.Optional(PlaySourceSchema),
  playPrompts: Type.Optional(Type.Array(PlaySourceSchema, { maxItems: 100 })),
  recognizeOptions: Type.Object({
    targetParticipant: identifier,
    interruptPrompt: Type.Optional(Type.Boolean()),
    initialSilenceTimeoutInSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 300 })),
    dtmfOptions: Type.Optional(
      Type.Object({
        interToneTimeoutInSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
        maxTonesToCollect: Type.Integer({ minimum: 1 }),
        stopTones: Type.Optional(Type.Array(Type.Enum(TONES))),
      }),
    ),
  }),
  ...mediaFields,
});

/** A participant as named in a request. */
type Identifier = Static<typeof identifier>;
/** Something to be spoken or played. */
export type PlaySource = Static<typeof PlaySourceSchema>;
/** Body of `:play`. */
export type PlayBody = Static<typeof PlaySchema>;
/** Body of `:recognize`. */
export type RecognizeBody = Static<typeof RecognizeSchema>;
/** Who calls a telephone. */
export type CallSource =
  | { readonly kind: 'number'; readonly number: string }
  /** `account`: the object id of a Teams resource account, which the wire calls an appId. */
  | { readonly kind: 'teams'; readonly account: string };
/** What a createCall asks for: one telephone. Nothing else of the body is kept. */
export type CreateCallRequest = {
  /** The member's number. */
  readonly to: string;
  /** Who calls: a number, or a Teams resource account. */
  readonly from: CallSource;
  readonly callbackUri: string;
  readonly operationContext: string | undefined;
  readonly sourceDisplayName: string | undefined;
  readonly sourceId: string | undefined;
  /** Whether texts can be spoken. */
  readonly hasSpeech: boolean;
};

const createCallValidator = Compile(CreateCallSchema);
const playValidator = Compile(PlaySchema);
const recognizeValidator = Compile(RecognizeSchema);

/** Understands a createCall for one telephone number. */
export function parseCreateCall(body: Buffer): Parsed<CreateCallRequest> {
  const parsed = parse(body, createCallValidator);
  if (!parsed.ok) return parsed;
  const [target, ...others] = parsed.value.targets;
  const to = target?.phoneNumber?.value;
  if (to === undefined || others.length > 0) return refuse(notSimulated('calls to other than one telephone number'));
  const from = sourceIn(parsed.value);
  if ('status' in from) return refuse(from);
  if (!URL.canParse(parsed.value.callbackUri)) return refuse(invalidArgument('callbackUri is not an absolute URI.'));
  const { callbackUri, operationContext, sourceDisplayName, source, callIntelligenceOptions } = parsed.value;
  return {
    ok: true,
    value: {
      to,
      from,
      callbackUri,
      operationContext,
      sourceDisplayName,
      sourceId: source?.id,
      hasSpeech: callIntelligenceOptions?.cognitiveServicesEndpoint !== undefined,
    },
  };
}

/** Teams knows the account's number: the guide to server-initiated outbound calls (28 Aug 2026) has a caller number of null. */
function sourceIn({ sourceCallerIdNumber, teamsAppSource }: Static<typeof CreateCallSchema>): CallSource | Reply {
  if (sourceCallerIdNumber && teamsAppSource)
    return invalidArgument('sourceCallerIdNumber must not be set with teamsAppSource.');
  if (teamsAppSource) return { kind: 'teams', account: teamsAppSource.appId.toLowerCase() };
  if (sourceCallerIdNumber) return { kind: 'number', number: sourceCallerIdNumber.value };
  return invalidArgument('sourceCallerIdNumber or teamsAppSource is required to call a telephone.');
}

/** Understands a play for the member of a call. */
export function parsePlay(body: Buffer, memberNumber: string): Parsed<PlayBody> {
  const parsed = parse(body, playValidator);
  if (!parsed.ok) return parsed;
  const { playSources, playTo = [], operationCallbackUri } = parsed.value;
  if (playTo.length > 1) return refuse(notSimulated('playing to several participants'));
  const problem =
    playTo.map((who) => participantProblem(who, memberNumber)).find((reply) => reply !== undefined) ??
    mediaProblem(playSources, operationCallbackUri);
  return problem ? refuse(problem) : parsed;
}

/** Understands a DTMF recognize for the member of a call. */
export function parseRecognize(body: Buffer, memberNumber: string): Parsed<RecognizeBody> {
  const parsed = parse(body, recognizeValidator);
  if (!parsed.ok) return parsed;
  const { recognizeInputType, recognizeOptions, operationCallbackUri } = parsed.value;
  if (recognizeInputType !== 'dtmf') return refuse(notSimulated(`recognizing ${recognizeInputType}`));
  if (recognizeOptions.dtmfOptions === undefined) return refuse(invalidArgument('dtmfOptions is required for dtmf.'));
  const problem =
    participantProblem(recognizeOptions.targetParticipant, memberNumber) ??
    mediaProblem(promptsOf(parsed.value), operationCallbackUri);
  return problem ? refuse(problem) : parsed;
}

/** The prompts of a recognize. When both forms are sent the list wins; what the service prefers is not known. */
export function promptsOf(body: RecognizeBody): readonly PlaySource[] {
  if (body.playPrompts !== undefined && body.playPrompts.length > 0) return body.playPrompts;
  return body.playPrompt === undefined ? [] : [body.playPrompt];
}

function parse<S extends TSchema>(body: Buffer, validator: Validator<Record<never, never>, S>): Parsed<Static<S>> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return refuse(invalidArgument('The request body is not JSON.'));
  }
  if (validator.Check(value)) return { ok: true, value };
  const [first] = validator.Errors(value);
  return refuse(invalidArgument(`${first?.instancePath ?? ''} ${first?.message ?? 'invalid'}`.trim()));
}

function refuse(reply: Reply): { ok: false; reply: Reply } {
  return { ok: false, reply };
}

function participantProblem(who: Identifier, memberNumber: string): Reply | undefined {
  if (who.phoneNumber?.value === memberNumber || who.rawId === `4:${memberNumber}`) return undefined;
  return invalidArgument('The target participant is not in the call.');
}

function mediaProblem(sources: readonly PlaySource[], callbackUri: string | undefined): Reply | undefined {
  if (callbackUri !== undefined && !URL.canParse(callbackUri)) {
    return invalidArgument('operationCallbackUri is not an absolute URI.');
  }
  return sources.map(sourceProblem).find((reply) => reply !== undefined);
}

function sourceProblem(source: PlaySource): Reply | undefined {
  if (source.kind === 'file') return undefined;
  const text = source.kind === 'text' ? source.text.text : source.ssml.ssmlText;
  if (text.trim() === '') return errorReply(400, '8582', 'The text or SSML source is empty.');
  if (source.kind === 'text' && text.length > TEXT_CHARACTERS_MAX) {
    return invalidArgument(`Text must not be longer than ${TEXT_CHARACTERS_MAX} characters.`);
  }
  return undefined;
}
