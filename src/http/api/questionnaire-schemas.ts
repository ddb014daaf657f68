import { Type } from 'typebox';
import { DEEDS, DEEDS_MAX, type Rehearsal } from '../../domain/call/rehearsal.ts';
import { adviseOn } from '../../domain/questionnaire/advice.ts';
import { lintQuestionnaire } from '../../domain/questionnaire/lint.ts';
import type { PublishedScript } from '../../domain/questionnaire/published.ts';
import { AUDIENCES, type Step, stepsInOrder } from '../../domain/questionnaire/questionnaire.ts';
import { languageOf, nameOfVoice, secondsToSpeak } from '../../domain/questionnaire/speaking.ts';
import { MaybeDisposition, MaybeText, Status } from './call-schemas.ts';
import { named, Time } from './described.ts';

export const HashParams = Type.Object({
  hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the script’s content' }),
});

const DEED = DEEDS.map((deed) => (deed === '*' ? '\\*' : deed)).join('|');

export const RehearsalQuery = Type.Object(
  {
    did: Type.Optional(
      Type.String({
        pattern: `^(?:${DEED})(?:,(?:${DEED})){0,${DEEDS_MAX - 1}}$`,
        description: 'What is done at each prompt that asks, such as 1,1,silence',
      }),
    ),
  },
  { additionalProperties: false },
);

const Seconds = Type.Number({ description: 'About' });
const summary = {
  hash: Type.String(),
  id: Type.String(),
  version: Type.Integer(),
  publishedAt: Time,
  isInForce: Type.Boolean({ description: 'Whether this instance begins calls with it' }),
};
export const ScriptList = Type.Object({
  questionnaires: Type.Array(named('QuestionnaireSummary', Type.Object(summary))),
  isWhole: Type.Boolean({ description: 'false: older ones are still looked for' }),
});

const Choice = Type.Object({
  key: Type.String(),
  value: Type.String(),
  next: Type.String(),
  proves: Type.Optional(Type.Literal('person')),
});
const ScriptStep = Type.Object({
  name: Type.String(),
  kind: Type.Unsafe<Step['kind']>({ type: 'string', enum: ['ask', 'say'] }),
  audience: Type.Unsafe<Step['audience']>({ type: 'string', enum: AUDIENCES }),
  text: Type.String(),
  seconds: Seconds,
  question: Type.Optional(Type.Integer()),
  keys: Type.Array(Choice),
  silence: Type.Optional(Type.String({ description: 'The step that follows silence' })),
});
const Finding = Type.Object({
  code: Type.String(),
  step: Type.String(),
  message: Type.String(),
  forbids: Type.Boolean({ description: 'Whether a script with this may not be used' }),
});
export const Script = named(
  'Questionnaire',
  Type.Object({
    ...summary,
    voice: Type.String(),
    language: Type.String({ description: 'BCP 47; und where the voice does not say it' }),
    start: Type.String(),
    apology: Type.String(),
    repeatsAfterWrongKey: Type.Integer(),
    silenceSeconds: Type.Integer(),
    steps: Type.Array(ScriptStep),
    findings: Type.Array(Finding),
  }),
);

const Happened = Type.Object({
  atSeconds: Seconds,
  kind: Type.String({ description: 'spoken, pressed, silence or ended' }),
  step: Type.Optional(Type.String()),
  text: Type.Optional(Type.String()),
  seconds: Type.Optional(Seconds),
  because: Type.Optional(Type.String()),
  key: Type.Optional(Type.String()),
  result: Type.Optional(Type.String()),
  value: Type.Optional(MaybeText),
  by: Type.Optional(Type.String()),
});
const Answer = Type.Object({ question: Type.Integer(), response: Type.String() });
export const Rehearsed = named(
  'Rehearsal',
  Type.Object({
    steps: Type.Array(Happened),
    awaits: Type.Array(Type.String(), { description: 'Keys that are offered now; none: the call is over' }),
    answers: Type.Array(Answer),
    status: Status,
    disposition: MaybeDisposition,
  }),
);

export function summaryOf({ hash, publishedAt, isInForce, questionnaire: { id, version } }: PublishedScript) {
  return { hash, id, version, publishedAt, isInForce };
}

export function scriptOf(script: PublishedScript) {
  const { voice, start, apology, repeatsAfterWrongKey, silenceSeconds } = script.questionnaire;
  const language = languageOf(voice);
  return {
    ...summaryOf(script),
    ...{ voice: nameOfVoice(voice), language, start, apology, repeatsAfterWrongKey, silenceSeconds },
    steps: stepsInOrder(script.questionnaire).map(([name, step]) => stepOf(name, step, language)),
    findings: [
      ...lintQuestionnaire(script.questionnaire).map((finding) => ({ ...finding, forbids: true })),
      ...adviseOn(script.questionnaire).map((advice) => ({ ...advice, forbids: false })),
    ],
  };
}

function stepOf(name: string, step: Step, language: string) {
  const { kind, audience, text } = step;
  const common = { name, kind, audience, text, seconds: tenths(secondsToSpeak(text, language)) };
  if (step.kind === 'say') return { ...common, keys: [] };
  const { question, silence } = step;
  const keys = Object.entries(step.keys).flatMap(([key, choice]) => (choice ? [{ key, ...choice }] : []));
  return { ...common, keys, silence, ...(question !== undefined && { question }) };
}

export function rehearsalOf({ steps, awaits, answers, status, disposition }: Rehearsal) {
  return {
    steps: steps.map((step) => ({
      ...step,
      atSeconds: tenths(step.atSeconds),
      ...('seconds' in step && { seconds: tenths(step.seconds) }),
    })),
    awaits: Object.keys(awaits?.keys ?? {}),
    answers: answers.map(({ question, response }) => ({ question, response })),
    status,
    disposition,
  };
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
