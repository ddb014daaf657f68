import type { Static } from 'typebox';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { ResultInformation } from '../wire/results.ts';
import { TONES } from '../wire/tones.ts';

const durationMs = Type.Number({ minimum: 0, maximum: 172_800_000 });
const phrase = Type.Object(
  { code: Type.Integer(), message: Type.String({ maxLength: 200 }) },
  { additionalProperties: false },
);

/**
 * How somebody reacts to one recognize operation. Times run from the prompt's end, or its start when `duringPrompt`. What
 * has been scheduled happens also when the operation is over by then.
 */
const ReactionSchema = Type.Union([
  Type.Literal('silent'),
  Type.Literal('hang-up'),
  Type.Literal('prompt-fails', { description: 'The service cannot play the prompt (500/8511)' }),
  Type.Object(
    {
      press: Type.Array(Type.Enum(TONES), { minItems: 1, maxItems: 50 }),
      afterMs: Type.Optional(durationMs),
      betweenMs: Type.Optional(durationMs),
      duringPrompt: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { hangUpAfterMs: durationMs, duringPrompt: Type.Optional(Type.Boolean()) },
    { additionalProperties: false },
  ),
]);

/** Reaction to a recognize; see {@link ReactionSchema}. */
export type Reaction = Static<typeof ReactionSchema>;

/** What a telephone does when it is dialled, other than ring. */
const ANSWERS = [
  'answers',
  'busy',
  'rings-out',
  'bad-number',
  'declines',
  'unreachable',
  'keeps-ringing',
  'person',
] as const;

type Answer = (typeof ANSWERS)[number];

/** Without a failure of the call. */
type Unfailing = Extract<Answer, 'answers' | 'keeps-ringing'>;

const CustomAnswerSchema = Type.Object(
  {
    code: Type.Integer(),
    subCode: Type.Integer(),
    message: Type.Optional(Type.String({ maxLength: 200 })),
    sipDetails: Type.Optional(phrase),
    q850Details: Type.Optional(phrase),
  },
  { additionalProperties: false },
);

const scriptFields = {
  ringMs: Type.Optional(durationMs),
  answer: Type.Optional(Type.Union([Type.Enum(ANSWERS), CustomAnswerSchema])),
  sipDetails: Type.Optional(Type.Boolean({ description: 'Whether the carrier says why it failed' })),
  hangsUpAfterMs: Type.Optional(durationMs),
  playFails: Type.Optional(Type.Boolean({ description: 'Play operations fail (500/9999)' })),
  reactions: Type.Optional(Type.Array(ReactionSchema, { maxItems: 100 })),
  otherwise: Type.Optional(ReactionSchema),
};

/** Shape of a preset: everything but the reference to another one. */
export type Behaviour = {
  /** Time from dialling to what `answer` says. Default 2,000 ms of call time. */
  readonly ringMs?: number;
  /** Default `answers`. An object is the result of a CreateCallFailed, as given. */
  readonly answer?: Answer | Static<typeof CustomAnswerSchema>;
  /** Whether sipDetails and q850Details come with a failure. Default true. */
  readonly sipDetails?: boolean;
  /** The member hangs up this long after answering, whatever happens. */
  readonly hangsUpAfterMs?: number;
  /** Play operations fail. */
  readonly playFails?: boolean;
  /** First entry: first recognize of the call (the person prompt), and so on. */
  readonly reactions?: readonly Reaction[];
  /** Reaction to every recognize that `reactions` does not reach. Default `silent`. */
  readonly otherwise?: Reaction;
};

const one: Reaction = { press: ['one'], afterMs: 1_500 };

/** Members one meets often. */
export const PRESETS = {
  'answers-all': { otherwise: one },
  'says-no': { reactions: [{ press: ['two'], afterMs: 1_500 }] },
  'silent-mailbox': {},
  'answers-person-then-silent': { reactions: [one] },
  'wrong-key-then-right': { reactions: [one, { press: ['nine'], afterMs: 1_500 }], otherwise: one },
  'always-wrong-key': { reactions: [one], otherwise: { press: ['nine'], afterMs: 1_500 } },
  'presses-twice': { otherwise: { press: ['one', 'one'], afterMs: 1_500, betweenMs: 400 } },
  'barges-in': { otherwise: { press: ['one'], afterMs: 500, duringPrompt: true } },
  'hangs-up-on-person-prompt': { reactions: ['hang-up'] },
  'hangs-up-during-question-2': {
    reactions: [one, one, { hangUpAfterMs: 500, duringPrompt: true }],
    otherwise: 'hang-up',
  },
  'prompt-fails': { otherwise: 'prompt-fails', playFails: true },
  'prompt-fails-once': { reactions: ['prompt-fails'], otherwise: one },
  busy: { answer: 'busy', ringMs: 500 },
  'rings-out': { answer: 'rings-out', ringMs: 45_000 },
  'bad-number': { answer: 'bad-number', ringMs: 500 },
  declines: { answer: 'declines', ringMs: 4_000 },
  'declines-without-sip-details': { answer: 'declines', ringMs: 4_000, sipDetails: false },
  unreachable: { answer: 'unreachable', ringMs: 1_000 },
  'keeps-ringing': { answer: 'keeps-ringing' },
  person: { answer: 'person', ringMs: 30_000 },
} as const satisfies Record<string, Behaviour>;

/** Name of an entry of {@link PRESETS}. */
export type PresetName = keyof typeof PRESETS;

/** All preset names. */
export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** A member as data: a preset, a behaviour of one's own, or a preset with some members replaced. */
export type MemberScript = Behaviour & { readonly preset?: PresetName };

const MemberScriptSchema = Type.Object(
  { preset: Type.Optional(Type.Enum(PRESET_NAMES)), ...scriptFields },
  { additionalProperties: false },
);
const validator = Compile(MemberScriptSchema);

/** What became of a member script. */
type ParsedScript =
  | { readonly ok: true; readonly behaviour: Behaviour }
  | { readonly ok: false; readonly code: 'INVALID_MEMBER_SCRIPT'; readonly detail: string };

/**
 * Behaviour of a script or preset name, validated.
 *
 * @param input any parsed JSON
 */
export function parseScript(input: unknown): ParsedScript {
  const script: unknown = typeof input === 'string' ? { preset: input } : input;
  if (!validator.Check(script)) {
    const [first] = validator.Errors(script);
    const detail = `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim();
    return { ok: false, code: 'INVALID_MEMBER_SCRIPT', detail };
  }
  const { preset, ...own } = script;
  return { ok: true, behaviour: preset === undefined ? own : { ...PRESETS[preset], ...own } };
}

/** Reaction to the `index`-th recognize of a call, counted from 1. */
export function reactionTo(behaviour: Behaviour, index: number): Reaction {
  return behaviour.reactions?.[index - 1] ?? behaviour.otherwise ?? 'silent';
}

const FAILURES: Record<Exclude<Answer, Unfailing | 'person'>, ResultInformation> = {
  busy: failure(486, 'Busy.', 'Busy Here', 17, 'User busy'),
  'rings-out': failure(480, 'No Answer.', 'Temporarily Unavailable', 19, 'No answer from the user'),
  'bad-number': failure(404, 'Not Found.', 'Not Found', 1, 'Unallocated number'),
  declines: failure(603, 'Declined.', 'Decline', 21, 'Call rejected'),
  unreachable: failure(503, 'Service Unavailable.', 'Service Unavailable', 41, 'Temporary failure'),
};

function failure(sip: number, message: string, sipMessage: string, q850: number, q850Message: string) {
  return {
    code: sip,
    subCode: 560000 + sip,
    message,
    sipDetails: { code: sip, message: sipMessage },
    q850Details: { code: q850, message: q850Message },
  };
}

/** What happens when the phone has rung for `ringMs`: it is answered, fails for a reason, or goes on ringing. */
export function answerOf(behaviour: Behaviour): Unfailing | ResultInformation {
  const answer = behaviour.answer ?? 'answers';
  if (answer === 'answers' || answer === 'keeps-ringing') return answer;
  // Somebody who might have answered by the control API, and has not.
  const failed = answer === 'person' ? 'rings-out' : answer;
  const { sipDetails, q850Details, ...bare } =
    typeof failed === 'string' ? FAILURES[failed] : { message: '', ...failed };
  if (behaviour.sipDetails === false) return bare;
  return { ...bare, ...(sipDetails && { sipDetails }), ...(q850Details && { q850Details }) };
}

/** The result when somebody declines who could have answered. */
export const DECLINED: ResultInformation = FAILURES.declines;

/** Whether a phone with this behaviour is heard to ring at all. */
export function rings(behaviour: Behaviour): boolean {
  const answer = behaviour.answer ?? 'answers';
  return answer !== 'busy' && answer !== 'bad-number' && answer !== 'unreachable';
}
