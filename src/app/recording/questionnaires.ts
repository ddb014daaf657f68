import { createHash } from 'node:crypto';
import { canonicalJson } from '../../base/canonical-json.ts';
import { EMPTY_HEAD } from '../../domain/entries.ts';
import type { PublishedQuestionnaire, Questionnaire } from '../../domain/questionnaire/questionnaire.ts';
import { questionnaireStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';

export type Questionnaires = {
  /** Writes the script into the log, once per content, so that a call's replay needs no file. */
  publish(questionnaire: Questionnaire, at: Date): Promise<PublishedQuestionnaire>;
  /** The script with this hash, as it was published. */
  find(hash: string): Promise<PublishedQuestionnaire | null>;
};

/** Under which name a script is published: its content says it. */
export function publishedAs(questionnaire: Questionnaire) {
  const text = canonicalJson(questionnaire);
  const hash = createHash('sha256').update(text).digest('hex');
  return { text, hash, stream: questionnaireStream(hash) };
}

export function createQuestionnaires(log: CallEventLog): Questionnaires {
  const known = new Map<string, Promise<PublishedQuestionnaire | null>>();

  const read = async (hash: string): Promise<PublishedQuestionnaire | null> => {
    const [entry] = await log.read(questionnaireStream(hash));
    if (!entry) return null;
    const questionnaire: Questionnaire = JSON.parse(entry.data);
    return { ...questionnaire, hash };
  };

  return {
    async publish(questionnaire, at) {
      const { text, hash, stream } = publishedAs(questionnaire);
      await log.register(stream, at);
      const entry = { kind: 'command', type: 'PublishQuestionnaire', id: hash, actor: 'server', cause: null } as const;
      // A conflict means that it stands there already: the stream's name is the hash of its content.
      await log.append(stream, EMPTY_HEAD, [{ ...entry, at: at.toISOString(), data: text }]);
      return { ...questionnaire, hash };
    },
    find(hash) {
      const before = known.get(hash);
      if (before) return before;
      const found = read(hash);
      known.set(hash, found);
      found.then(
        (questionnaire) => questionnaire ?? known.delete(hash),
        () => known.delete(hash),
      );
      return found;
    },
  };
}
