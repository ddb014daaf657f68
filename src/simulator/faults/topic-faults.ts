import type { Faults } from './faults.ts';
import { chance, type Random } from './prng.ts';

/** What goes wrong with one request to a topic. */
export type TopicFault =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfterSeconds: number | null }
  /** Not taken, connection reset. */
  | { readonly kind: 'reset' }
  /** Taken, and the answer is lost. */
  | { readonly kind: 'answer-lost'; readonly by: Faults['loseAnswerBy'] };

/** Decides for request after request; draws from every stream each time, so that faults do not shift each other. */
export function createTopicFaults(faults: () => Faults, random: (concern: string) => Random): () => TopicFault {
  let countedFor: Faults | undefined;
  let committed = 0;

  return () => {
    const now = faults();
    const hits = {
      refused: chance(random('topic-error'), now.topicErrorRate),
      reset: chance(random('topic-reset'), now.topicResetRate),
      lost: chance(random('topic-lose-answer'), now.topicLoseAnswerRate),
    };
    // Whoever sets faults makes them anew, and their count begins again.
    if (countedFor !== now) committed = 0;
    countedFor = now;
    if (now.topicFaultsMax !== null && committed >= now.topicFaultsMax) return { kind: 'none' };
    if (!Object.values(hits).includes(true)) return { kind: 'none' };
    committed++;
    const { topicErrorStatus: status, retryAfterSeconds } = now;
    if (hits.refused) return { kind: 'refused', status, retryAfterSeconds };
    return hits.reset ? { kind: 'reset' } : { kind: 'answer-lost', by: now.loseAnswerBy };
  };
}
