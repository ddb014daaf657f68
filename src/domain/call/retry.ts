import type { Outcome } from './bodies.ts';
import type { CallState } from './call.ts';
import type { Context } from './commands.ts';
import type { Input } from './input.ts';
import type { Refusal } from './provider.ts';
import { later, retryTime, type Timing } from './timing.ts';

type Failed = Input & { readonly type: 'Outcome'; readonly outcome: Exclude<Outcome, { type: 'Accepted' }> };

/** A prompt that the provider puts off for longer is given up. */
const PROMPT_WAIT_MS = 15_000;

/** Once more after this, then a call that is said to be in no state for a prompt is taken for over. */
const NOT_YET_ATTEMPTS = 2;

/**
 * When a command that failed is sent again; null when it is not.
 * @param refusal what a rejection means; null for an outcome that is not known
 */
export function retryAt(state: CallState, input: Failed, refusal: Refusal | null, context: Context): string | null {
  const { at, outcome, commandId } = input;
  const attempt = mayRetry(state, input, refusal, context);
  if (attempt === null) return null;
  const { position } = state;
  const isPrompt = position.at === 'asking' || position.at === 'saying';
  const retryMs = isPrompt && refusal?.means !== 'not-yet' ? context.timing.promptRetryMs : context.timing.retryMs;
  const due = retryTime({ ...context.timing, retryMs }, at, attempt, commandId, outcome.retryAfterMs);
  const mayHaveRung =
    position.at === 'placing' && (position.uncertain || outcome.type === 'Unknown' || refusal?.mayBeDone);
  // Nobody stays on a silent line for longer.
  if (isPrompt && due > later(at, PROMPT_WAIT_MS)) return null;
  // By then the provider may have forgotten the id under which the phone is ringing.
  return mayHaveRung && due >= safeUntil(state, context) ? null : due;
}

/** By when the provider should have told the end of a call that it says to be over; null when it does not say so. */
export function endBy(
  state: CallState,
  { at, commandId }: Failed,
  refusal: Refusal | null,
  timing: Timing,
): string | null {
  const { position } = state;
  if ((position.at !== 'asking' && position.at !== 'saying') || position.commandId !== commandId) return null;
  return refusal?.means === 'over' || refusal?.means === 'not-yet' ? later(at, timing.endWordMs) : null;
}

/** The number of the attempt that failed when another one is allowed, else null. */
function mayRetry(state: CallState, input: Failed, refusal: Refusal | null, context: Context): number | null {
  const { outcome, commandId, at } = input;
  const { timing } = context;
  if (outcome.type === 'Rejected' && !outcome.transient) return null;
  if (state.check?.commandId === commandId) return below(state.check.attempt, timing.checkAttempts);
  const claim = state.claims.find((candidate) => candidate.commandId === commandId);
  if (claim) return below(claim.attempt, timing.checkAttempts);
  const stray = state.strays.find((candidate) => candidate.commandId === commandId);
  if (stray) return below(stray.attempt, timing.hangUpAttempts);
  const { position } = state;
  if (position.at === 'ended' || position.at === 'ringing' || position.at === 'queued') return null;
  if (position.commandId !== commandId) return null;
  const promptAttempts = refusal?.means === 'not-yet' ? NOT_YET_ATTEMPTS : timing.mediaAttempts;
  switch (position.at) {
    case 'placing':
      return state.cancelledAt || !mayRedial(state, at, context)
        ? null
        : below(position.place.attempt, timing.placeAttempts);
    case 'asking':
      // Repeats after a wrong key are the member's, not the provider's: they use up no attempt.
      return outcome.type === 'Unknown' ? null : below(position.failures + 1, promptAttempts);
    case 'saying':
      return outcome.type === 'Unknown' ? null : below(position.attempt, promptAttempts);
    case 'hanging-up':
      return below(position.attempt, timing.hangUpAttempts);
  }
}

/** A dial that may have reached the provider is only sent again while that surely remembers its id. */
export function mayRedial(state: CallState, at: string, context: Context): boolean {
  if (state.position.at !== 'placing') return false;
  return !state.position.uncertain || at < safeUntil(state, context);
}

/** Until when a dial may be sent again under its id. */
export function safeUntil({ position }: CallState, { repeatSafeMs }: Context): string {
  return position.at === 'placing' ? later(position.place.repeatabilityFirstSent, repeatSafeMs) : '';
}

function below(attempt: number, most: number): number | null {
  return attempt < most ? attempt : null;
}
