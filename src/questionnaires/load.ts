import { readFile } from 'node:fs/promises';
import { Type } from 'typebox';
// Not `typebox/compile`, which compiles the check: half a thousand modules for one check of a small file.
import { Compile } from 'typebox/schema';
import { CodedError, errorCode } from '../base/coded-error.ts';
import { readJson } from '../base/json-text.ts';
import { lintQuestionnaire } from '../domain/questionnaire/lint.ts';
import { AUDIENCES, type Questionnaire } from '../domain/questionnaire/questionnaire.ts';
import defaultQuestionnaire from './default.json' with { type: 'json' };

const Name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });
const Audience = Type.Union(AUDIENCES.map((audience) => Type.Literal(audience)));
const closed = { additionalProperties: false };

const ChoiceSchema = Type.Object(
  { value: Type.String({ minLength: 1, maxLength: 64 }), next: Name, proves: Type.Optional(Type.Literal('person')) },
  closed,
);

const AskSchema = Type.Object(
  {
    kind: Type.Literal('ask'),
    audience: Audience,
    text: Type.String(),
    question: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
    keys: Type.Record(Type.String(), ChoiceSchema),
    silence: Name,
  },
  closed,
);

const SaySchema = Type.Object({ kind: Type.Literal('say'), audience: Audience, text: Type.String() }, closed);

/** Recognize takes 0 to 300 s of initial silence, and the SDK turns 0 into 5. */
const QuestionnaireSchema = Type.Object(
  {
    id: Name,
    version: Type.Integer({ minimum: 1 }),
    voice: Type.Union([
      Type.Object({ name: Type.String({ minLength: 1 }) }, closed),
      Type.Object({ locale: Type.String({ pattern: '^[a-z]{2,3}-[A-Z]{2}$' }) }, closed),
    ]),
    start: Name,
    apology: Name,
    repeatsAfterWrongKey: Type.Integer({ minimum: 0, maximum: 9 }),
    silenceSeconds: Type.Integer({ minimum: 1, maximum: 300 }),
    steps: Type.Record(Type.String(), Type.Union([AskSchema, SaySchema])),
  },
  closed,
);

const validator = Compile(QuestionnaireSchema);

/** A questionnaire must not be used. `problems` says why, one line each. */
export class QuestionnaireError extends CodedError<'BAD_QUESTIONNAIRE'> {
  override readonly name = 'QuestionnaireError';
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    super('BAD_QUESTIONNAIRE', `${source} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Validates and lints.
 * @param source names the file in the error
 * @throws QuestionnaireError
 */
export function parseQuestionnaire(value: unknown, source: string): Questionnaire {
  if (!validator.Check(value)) {
    const problems = validator.Errors(value)[1].map((error) => `${error.instancePath || '/'}: ${error.message}`);
    throw new QuestionnaireError(source, [...new Set(problems)]);
  }
  const questionnaire: Questionnaire = value;
  const findings = lintQuestionnaire(questionnaire);
  if (findings.length === 0) return questionnaire;
  throw new QuestionnaireError(
    source,
    findings.map((finding) => `${finding.code} step "${finding.step}": ${finding.message}`),
  );
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new QuestionnaireError(path, [`it cannot be read (${errorCode(error)})`]);
  }
}

/**
 * @param path a JSON file; absent: the questionnaire that comes with the program
 * @throws QuestionnaireError also for a file that cannot be read or is not JSON
 */
export async function loadQuestionnaire(path?: string): Promise<Questionnaire> {
  if (path === undefined) return parseQuestionnaire(defaultQuestionnaire, 'the default questionnaire');
  const read = readJson(await bytesOf(path));
  if ('flaw' in read) throw new QuestionnaireError(path, [`it ${read.flaw}`]);
  return parseQuestionnaire(read.value, path);
}
