import type { Questionnaire } from '../../src/domain/questionnaire/questionnaire.ts';
import { loadQuestionnaire } from '../../src/questionnaires/load.ts';

const first = await loadQuestionnaire();

/** A second version: other questions, another voice, keys that are no digits, and a goodbye that takes its time. */
export const SECOND_VERSION: Questionnaire = {
  id: first.id,
  version: 2,
  voice: { locale: 'en-GB' },
  start: 'person',
  apology: 'apology',
  repeatsAfterWrongKey: 1,
  silenceSeconds: 5,
  steps: {
    person: {
      kind: 'ask',
      audience: 'anyone',
      text: 'Hello. This is an automated call. Can you talk now? Press 1 for yes, or the star key for no.',
      keys: { '1': { value: 'yes', next: 'sleep', proves: 'person' }, '*': { value: 'no', next: 'goodbye' } },
      silence: 'goodbye',
    },
    sleep: {
      kind: 'ask',
      audience: 'person',
      question: 1,
      text: 'How did you sleep? Press 1 for well, 2 for badly, or the pound key to skip. Größe, “quotes”, 数.',
      keys: {
        '1': { value: 'well', next: 'walk' },
        '2': { value: 'badly', next: 'walk' },
        '#': { value: 'skipped', next: 'walk' },
      },
      silence: 'walk',
    },
    walk: {
      kind: 'ask',
      audience: 'person',
      question: 2,
      text: 'Did you go for a walk today? Press 1 for yes, or 0 for no.',
      keys: { '1': { value: 'yes', next: 'long-goodbye' }, '0': { value: 'no', next: 'long-goodbye' } },
      silence: 'goodbye',
    },
    'long-goodbye': { kind: 'say', audience: 'person', text: `Thank you. ${'Take good care. '.repeat(20)}Goodbye.` },
    goodbye: { kind: 'say', audience: 'anyone', text: 'Goodbye.' },
    apology: { kind: 'say', audience: 'anyone', text: 'We are sorry. Goodbye.' },
  },
};

/** What the lint refuses today: silence leads to words for a person. Only the gate of the flow itself stops it. */
export const CARELESS: Questionnaire = {
  ...first,
  id: 'careless-check',
  steps: {
    ...first.steps,
    person: { ...first.steps['person']!, silence: 'thank-you' } as Questionnaire['steps'][string],
  },
};
