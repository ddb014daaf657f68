import type { Recorded } from '../../domain/call/recorded.ts';
import { callDisposition } from '../../domain/call/summary.ts';
import { callbackWords } from './callback-words.ts';
import { commandWords } from './command-words.ts';
import { outcomeWords } from './outcome-words.ts';
import { DISPOSITION_WORDS } from './reasons.ts';
import { type Scene, shortType } from './scene.ts';

/** What an entry says, in words, and what it made of the call when that is what ended it. */
export function wordsOf(recorded: Recorded, scene: Scene): string {
  return `${said(recorded, scene)}${endWords(scene)}`;
}

function said(recorded: Recorded, scene: Scene): string {
  switch (recorded.kind) {
    case 'command':
      return commandWords(recorded, scene);
    case 'outcome':
      return outcomeWords(recorded, scene);
    case 'callback':
      return callbackWords(recorded, scene);
    case 'foreign':
      return `wrote ${shortType(recorded.type)}, which only a later release can read`;
  }
}

/** A later entry may tell better than an earlier one why the call ended, or bring an answer. */
function endWords({ before, after }: Scene): string {
  const [was, is] = [before && callDisposition(before), after && callDisposition(after)];
  if (is === null || is === was) return '';
  return was === null ? `; call ended: ${DISPOSITION_WORDS[is]}` : `; known now: ${DISPOSITION_WORDS[is]}`;
}
