import type { CallState, CallStatus, Position } from '../../domain/call/call.ts';
import type { Disposition } from '../../domain/call/disposition.ts';
import { callDisposition, callStatus } from '../../domain/call/summary.ts';

/** How a call stands after an entry. */
export type ShownState = {
  readonly status: CallStatus;
  readonly disposition: Disposition | null;
  /** Where the flow is, and that in words. */
  readonly position: Position['at'];
  readonly positionWords: string;
  readonly answers: readonly { readonly question: number; readonly response: string }[];
};

export function shownState(state: CallState): ShownState {
  return {
    status: callStatus(state),
    disposition: callDisposition(state),
    position: state.position.at,
    positionWords: positionWords(state.position),
    answers: [...state.answers]
      .sort((a, b) => a.question - b.question)
      .map(({ question, response }) => ({ question, response })),
  };
}

const POSITION_WORDS: Readonly<Record<Position['at'], string>> = {
  queued: 'waits for its turn',
  placing: 'is being dialled',
  ringing: 'rings',
  asking: 'is asked',
  saying: 'is told',
  'hanging-up': 'is being hung up',
  ended: 'is over',
};

function positionWords(position: Position): string {
  const words = POSITION_WORDS[position.at];
  return 'step' in position ? `${words} "${position.step}"` : words;
}
