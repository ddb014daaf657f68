import type { QuestionnaireRef } from '../../domain/call/bodies.ts';
import type { Recorded } from '../../domain/call/recorded.ts';
import type { Audience } from '../../domain/questionnaire/questionnaire.ts';
import { nameOfVoice } from '../../domain/questionnaire/speaking.ts';

/** What was ordered to be spoken, and out of which script: its whole text stands in the log under its hash. */
export type Spoken = {
  readonly text: string;
  /** A named voice, or the locale for which the service chooses one. */
  readonly voice: string;
  readonly audience: Audience;
  readonly script: QuestionnaireRef;
};

/** Null for entries that say nothing. */
export function spokenIn(recorded: Recorded, script: QuestionnaireRef | null): Spoken | null {
  if (recorded.kind !== 'command' || script === null) return null;
  if (recorded.type !== 'AskQuestion' && recorded.type !== 'SayMessage') return null;
  const { prompt, audience } = recorded.body;
  const { id, version, hash } = script;
  return { text: prompt.text, voice: nameOfVoice(prompt.voice), audience, script: { id, version, hash } };
}
