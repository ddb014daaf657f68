import { isLongOver } from '../../domain/call/late.ts';
import type { CallbackResult } from '../api.ts';
import type { Recording } from '../recording/recorder.ts';

/** What became of an event that was given to its call at `at`. */
export function resultOf({ verdict, state }: Recording, at: string): CallbackResult {
  if (verdict === 'recorded' && state && isLongOver(state, at)) return 'late';
  return verdict === 'recorded' || verdict === 'duplicate' || verdict === 'late' ? verdict : 'unknown-call';
}
