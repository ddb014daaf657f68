import type { Provider } from '../../domain/call/provider.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import type { Replay } from './api.ts';
import { type AsOf, knownBy } from './as-of.ts';
import type { CallStream } from './find-call.ts';
import { stepsOf } from './steps.ts';

/** A call's whole stream, or its beginning, as people read it. Pure. */
export function replayOf(
  providers: readonly Provider[],
  { callSessionId, entries, flaws }: CallStream,
  asOf: AsOf | null,
): Replay {
  const known = knownBy(entries, asOf);
  const { steps, state } = stepsOf(providers, callSessionId, known);
  const damaged = steps.filter(({ flaw }) => flaw === 'unreadable').map(({ version }) => version);
  return {
    callSessionId,
    memberId: textOrNull(state?.initiate.memberId),
    phoneNumber: textOrNull(state?.initiate.phoneNumber, maskNumber),
    steps,
    flaws: [...flaws, ...damaged.map((version) => `entry ${version} cannot be read`)],
    entries: known,
  };
}

/** A damaged first entry may hold anything. */
function textOrNull(value: unknown, as: (text: string) => string = (text) => text): string | null {
  return typeof value === 'string' ? as(value) : null;
}
