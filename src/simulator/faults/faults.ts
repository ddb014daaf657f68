import type { Static } from 'typebox';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { OPERATION_NAMES } from '../wire/routes.ts';

const rate = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const durationMs = (description: string) => Type.Number({ minimum: 0, maximum: 86_400_000, description });

/** Everything that can be made to go wrong. Durations are call time unless they say wall time. */
const FaultsSchema = Type.Object(
  {
    callbackTypes: Type.Array(Type.String({ maxLength: 100 }), {
      maxItems: 100,
      description: 'Event types, without prefix, that callback faults touch; empty means all',
    }),
    callbackDuplicateRate: rate('Event delivered twice, with the same id'),
    callbackDuplicateDelayMs: durationMs('Longest time until the second delivery'),
    callbackReorderWindowMs: durationMs('Each event is held for a random part of this, out of line'),
    callbackDelayMs: durationMs('Every event is held for this long, in line'),
    callbackDropRate: rate('Event never sent'),
    callbackBeforeResponseRate: rate('Response held back until the next event of the call has been posted'),
    callbackPairRate: rate('Event held back and sent in one array with the next one'),
    callbackUnknownTypeRate: rate('Event of a type nobody knows follows'),
    callbackStrayRate: rate('Event posted to the address of another call too, up to 5 s later'),
    lateRecognizeCanceledRate: rate('RecognizeCanceled of an ended call comes after CallDisconnected'),
    missingCallDisconnectedRate: rate('CallDisconnected never sent; the call is gone'),
    callbackAttempts: Type.Integer({ minimum: 1, maximum: 20, description: 'Tries to deliver an event' }),
    callbackRetryDelayMs: durationMs('Pause before the second try; doubles, with jitter'),
    callbackTimeoutMs: Type.Number({ minimum: 10, maximum: 300_000, description: 'Wall time for one try' }),

    requestOperations: Type.Array(Type.Enum(OPERATION_NAMES), {
      maxItems: 100,
      description: 'Operations that request faults touch; empty means all',
    }),
    requestFaultsMax: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'Request faults to commit before behaving again; null means no limit',
    }),
    throttleRate: rate('429'),
    retryAfterSeconds: Type.Union([Type.Integer({ minimum: 0, maximum: 3600 }), Type.Null()], {
      description: 'Retry-After of a 429 or 503; null leaves the header out',
    }),
    serverErrorRate: rate('500, not executed'),
    unavailableRate: rate('503, not executed'),
    unavailableAfterRate: rate('503, executed all the same'),
    timeoutRate: rate('Never answered, not executed'),
    loseAnswerRate: rate('Executed, answer lost'),
    loseAnswerBy: Type.Enum(['reset', 'silence'], { description: 'Connection reset, or never answered' }),

    mediaBeforeConnect: Type.Enum(['slow-500', 'refuse'], { description: '500/9999 after 9 s, or 400/8501 at once' }),
    tooManyCalls: Type.Enum(['throttle', 'throttle-retry-after', 'create-call-failed'], {
      description: '429 without or with Retry-After, or CreateCallFailed 603/560603',
    }),
    speechFailureRate: rate('Speech synthesis fails'),
    speechFailureCode: Type.Enum([400, 401, 403, 408, 429], { description: 'What the speech service answered' }),
    playStartedForPrompts: Type.Boolean({ description: 'PlayStarted also for the prompt of a recognize' }),
    disconnectedReadableMs: durationMs('How long GET still finds an ended call'),
    callbackUriEncodedAnew: Type.Boolean({
      description: 'GET tells the callback address with port, parameters and escapes written another way',
    }),
    repeatabilityMs: durationMs('How long a Repeatability-Request-ID is remembered'),

    eventGridDuplicateRate: rate('Event Grid delivery that was taken is posted again'),
    eventGridDuplicateDelayMs: durationMs('Longest time until then'),
    eventGridReorderWindowMs: durationMs('Each Event Grid delivery is held for a random part of this'),
    topicErrorRate: rate('Events published to a topic are refused'),
    topicErrorStatus: Type.Enum([400, 401, 403, 413, 429, 500, 503], { description: 'How they are refused' }),
    topicResetRate: rate('Connection reset, the events are not taken'),
    topicLoseAnswerRate: rate('Events are taken, the answer is lost as loseAnswerBy says'),
    topicFaultsMax: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'Faults of topics to commit before behaving again; null means no limit',
    }),
  },
  { additionalProperties: false },
);

/** A plain, serialisable object; see {@link FaultsSchema} for the meaning of each member. */
export type Faults = Static<typeof FaultsSchema>;

/** A simulator that behaves. */
export const NO_FAULTS: Faults = {
  callbackTypes: [],
  callbackDuplicateRate: 0,
  callbackDuplicateDelayMs: 500,
  callbackReorderWindowMs: 0,
  callbackDelayMs: 0,
  callbackDropRate: 0,
  callbackBeforeResponseRate: 0,
  callbackPairRate: 0,
  callbackUnknownTypeRate: 0,
  callbackStrayRate: 0,
  lateRecognizeCanceledRate: 0,
  missingCallDisconnectedRate: 0,
  callbackAttempts: 3,
  callbackRetryDelayMs: 500,
  callbackTimeoutMs: 5_000,
  requestOperations: [],
  requestFaultsMax: null,
  throttleRate: 0,
  retryAfterSeconds: null,
  serverErrorRate: 0,
  unavailableRate: 0,
  unavailableAfterRate: 0,
  timeoutRate: 0,
  loseAnswerRate: 0,
  loseAnswerBy: 'reset',
  mediaBeforeConnect: 'slow-500',
  tooManyCalls: 'throttle',
  speechFailureRate: 0,
  speechFailureCode: 401,
  playStartedForPrompts: false,
  disconnectedReadableMs: 0,
  callbackUriEncodedAnew: true,
  repeatabilityMs: 600_000,
  eventGridDuplicateRate: 0,
  eventGridDuplicateDelayMs: 60_000,
  eventGridReorderWindowMs: 0,
  topicErrorRate: 0,
  topicErrorStatus: 503,
  topicResetRate: 0,
  topicLoseAnswerRate: 0,
  topicFaultsMax: null,
};

const validator = Compile(FaultsSchema);

/** What became of a change of faults. */
type FaultsChange =
  | { readonly ok: true; readonly faults: Faults }
  | { readonly ok: false; readonly code: 'INVALID_FAULTS'; readonly detail: string };

/**
 * `current` with some members replaced. Unknown members and values out of range are refused.
 *
 * @param change any parsed JSON
 */
export function changeFaults(current: Faults, change: unknown): FaultsChange {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) {
    return { ok: false, code: 'INVALID_FAULTS', detail: 'expected an object' };
  }
  const faults: unknown = { ...current, ...change };
  if (validator.Check(faults)) return { ok: true, faults };
  const [first] = validator.Errors(faults);
  return { ok: false, code: 'INVALID_FAULTS', detail: `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim() };
}
