/** The tones a telephone can send. */
export const KEYS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'] as const;

export type Key = (typeof KEYS)[number];

/** Who may hear a prompt: `anyone` (so also a mailbox), or only somebody who has proven to be a person. */
export const AUDIENCES = ['anyone', 'person'] as const;

export type Audience = (typeof AUDIENCES)[number];

/** What an accepted key means and where it leads. */
export type Choice = {
  /** The answer as it is kept and shown, such as `yes`. */
  readonly value: string;
  /** The step that follows. */
  readonly next: string;
  /** `person`: whoever presses this key has proven to be a person. */
  readonly proves?: 'person';
};

export type AskStep = {
  readonly kind: 'ask';
  readonly audience: Audience;
  readonly text: string;
  /** 1, 2, 3 ... when the answer is kept; absent for person detection. */
  readonly question?: number;
  readonly keys: Readonly<Partial<Record<Key, Choice>>>;
  /** The step that follows silence, or too many keys that were not offered. */
  readonly silence: string;
};

/** Something said before hanging up. */
export type SayStep = { readonly kind: 'say'; readonly audience: Audience; readonly text: string };

export type Step = AskStep | SayStep;

/** Who speaks: a named Azure neural voice, or a locale for which the service chooses one. */
export type Voice = { readonly name: string } | { readonly locale: string };

/** What a call says and asks. Steps are named; every path through them ends in a `say` step. */
export type Questionnaire = {
  readonly id: string;
  readonly version: number;
  readonly voice: Voice;
  /** The first step, asked when the call is answered. */
  readonly start: string;
  /** The step said when the provider could not play a prompt, before hanging up. */
  readonly apology: string;
  /** How often a step is asked again after a key that was not offered. */
  readonly repeatsAfterWrongKey: number;
  /** Silence after a prompt that counts as no answer. */
  readonly silenceSeconds: number;
  readonly steps: Readonly<Record<string, Step>>;
};

/** A questionnaire with the SHA-256 (hex) of its canonical JSON: what calls refer to. */
export type PublishedQuestionnaire = Questionnaire & { readonly hash: string };

/** The numbers of the questions, ascending. */
export function questionNumbers(questionnaire: Questionnaire): number[] {
  const numbers = Object.values(questionnaire.steps).flatMap((step) =>
    step.kind === 'ask' && step.question !== undefined ? [step.question] : [],
  );
  return numbers.sort((a, b) => a - b);
}

/**
 * The steps in the order in which a call comes to them: what asks, then what is said before hanging up, then what no path leads
 * to. As it is published a script has them by name.
 */
export function stepsInOrder({
  start,
  apology,
  steps,
}: Questionnaire): readonly (readonly [name: string, step: Step])[] {
  const names = new Set([start]);
  // A set that grows is walked to its new end.
  for (const name of names) for (const next of followers(steps[name])) names.add(next);
  for (const name of [apology, ...Object.keys(steps)]) names.add(name);
  const all = [...names].flatMap((name) => (steps[name] ? [[name, steps[name]] as const] : []));
  return [...all.filter(([, { kind }]) => kind === 'ask'), ...all.filter(([, { kind }]) => kind === 'say')];
}

function followers(step: Step | undefined): readonly string[] {
  if (step?.kind !== 'ask') return [];
  return [...Object.values(step.keys).flatMap((choice) => choice?.next ?? []), step.silence];
}
