import { type Step, stepsOf } from '../../../src/audit/replay/steps.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { EMPTY_HEAD, type Entry, type NewEntry } from '../../../src/domain/entries.ts';
import { chain } from '../../../src/log/hash-chain.ts';
import { CALL, type Conversation } from '../../domain/call/conversation.ts';

/** The stream that these entries make. */
export function streamOf(entries: readonly NewEntry[]): Entry[] {
  return chain(EMPTY_HEAD, CALL, entries);
}

/** How a conversation is replayed. */
export function stepsIn({ stored }: Pick<Conversation, 'stored'>): readonly Step[] {
  return stepsOf(PROVIDERS, CALL, streamOf(stored)).steps;
}

/** The words of the entry that a conversation has had last but for what it caused. */
export function wordsIn(conversation: Pick<Conversation, 'stored'>): string[] {
  return stepsIn(conversation).map(({ who, what }) => `${who.words}: ${what}`);
}

/** Whether something was said, and if not, what was. */
export function said(conversation: Pick<Conversation, 'stored'>, words: string): string {
  const all = wordsIn(conversation);
  return all.includes(words) ? words : all.join('\n');
}
