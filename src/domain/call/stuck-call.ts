import type { Position } from './call.ts';

/** A call that nothing moves on by itself. Nothing of its member. */
export type StuckCall = {
  readonly callSessionId: string;
  /** `parked`: its stream cannot be handled. */
  readonly why: 'parked' | 'overdue' | 'later-release';
  /** What it is at; null where that cannot be read. */
  readonly at: Position['at'] | null;
  /** Since when it is overdue, ISO 8601 UTC; null where nobody can say, or where it is not. */
  readonly since: string | null;
  readonly canCheck: boolean;
  readonly canClose: boolean;
  /** What to do, in words. */
  readonly next: string;
};

/** `more`: there are others, which are shown when these are done with. */
export type StuckCalls = { readonly calls: readonly StuckCall[]; readonly more: boolean };
