import { isCallStream, isMemberStream, memberIdOf } from '../../domain/streams.ts';
import type { LastVerification } from './results.ts';

/** Whose streams the findings of a verification name, as the look that shows them says. */
export function verificationLookedAt(last: Pick<LastVerification, 'findings'> | null): {
  readonly calls: readonly string[];
  readonly members: readonly string[];
} {
  const streams = [...new Set((last?.findings ?? []).map(({ stream }) => stream))];
  return { calls: streams.filter(isCallStream), members: streams.filter(isMemberStream).map(memberIdOf) };
}
