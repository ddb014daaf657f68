import type { CallState } from '../../domain/call/call.ts';
import type { Recorded, RecordedCommand } from '../../domain/call/recorded.ts';

/** An entry that was read before the one that is looked at. */
export type Earlier = { readonly version: number; readonly recorded: Recorded; readonly what: string };

/** What there is to put an entry into words. */
export type Scene = {
  /** The call before the entry and after it; null where nothing can be said of it. */
  readonly before: CallState | null;
  readonly after: CallState | null;
  /** The newest entry before this one that `matches`; null for none. */
  readonly earlier: (matches: (recorded: Recorded) => boolean) => Earlier | null;
};

/** The command with this id. */
export function commandOf({ earlier }: Scene, id: string | null): RecordedCommand | null {
  const found = id === null ? null : earlier((recorded) => recorded.kind === 'command' && recorded.id === id);
  return found?.recorded.kind === 'command' ? found.recorded : null;
}

/** What a prompt is called: `question 2`, `whether a person is there`, `the message "thanks"`. */
export function nameOfPrompt({ type, body }: RecordedCommand): string {
  if (type === 'AskQuestion') return body.question === null ? 'whether a person is there' : `question ${body.question}`;
  return type === 'SayMessage' ? `the message "${body.step}"` : type;
}

/** The last part of an event's type, such as stands behind the last dot. */
export function shortType(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}
