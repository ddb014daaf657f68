import type { EntryKind } from '../entries.ts';
import type { Outcome } from './bodies.ts';
import { type CallState, hasEnded, nextDial } from './call.ts';
import { EVENT_GRID } from './callback.ts';
import type { Command, Context, Scene } from './commands.ts';
import { firstDial, hangUp } from './commands.ts';
import { asForeign, evolve } from './evolve.ts';
import type { Input, Verdict } from './input.ts';
import { isTooLate } from './late.ts';
import { ACS, UNREADABLE } from './provider.ts';
import { afterCallback } from './react-callback.ts';
import { afterDeadline } from './react-deadline.ts';
import { afterOutcome } from './react-outcome.ts';
import { type Recorded, type RecordedCommand, readCallback, readOutcome } from './recorded.ts';
import { endBy, retryAt } from './retry.ts';
import { hasSeen } from './seen.ts';
import { afterClosing, helpfulCheck, refuseHelp } from './stuck.ts';

/** An entry to append; `raw` is the text received, where there is one. */
export type Draft = { readonly recorded: Recorded; readonly raw?: string };

/** The input itself, the commands it causes, and the state after both. No drafts: nothing is to be appended. */
export type Decision = {
  readonly verdict: Verdict;
  readonly drafts: readonly Draft[];
  readonly state: CallState | null;
};

/**
 * What an input means for a call. Pure and total: time, ids and the script come in as values, nothing is sent here.
 * @param state null when the call's stream has no entries
 */
export function decide(callSessionId: string, state: CallState | null, given: Input, context: Context): Decision {
  const input = notBefore(state, given);
  const refusal = refuse(state, input, context);
  if (refusal) return { verdict: refusal, drafts: [], state };
  const recorded = recordedInput(state, input, context);
  const evolved = evolve(callSessionId, state, recorded);
  const after = context.reading ? evolved : asForeign(evolved);
  const commands = react(state, recorded, input, { state: after, at: input.at, context });
  const first: Draft = recorded.kind === 'callback' && 'raw' in input ? { recorded, raw: input.raw } : { recorded };
  return commands.reduce<Decision>((decision, command) => issue(decision, command, input, recorded.id), {
    verdict: 'recorded',
    drafts: [first],
    state: after,
  });
}

/** Within a call time never runs backwards, whatever the clocks of machines do: deadlines would never be reached. */
function notBefore(state: CallState | null, input: Input): Input {
  return state && input.at < state.updatedAt ? { ...input, at: state.updatedAt } : input;
}

function refuse(state: CallState | null, input: Input, { timing }: Context): Verdict | null {
  const opens = input.type === 'InitiateCall' || input.type === 'AbandonCall';
  if (!state) return opens ? null : 'unknown-call';
  if (opens || hasSeen(state, inputKind(input), inputId(state, input))) return 'duplicate';
  if (input.type === 'Callback' && isTooLate(state, input.at)) return 'late';
  if (input.type === 'CancelCall' && hasEnded(state)) return 'already-ended';
  if (input.type === 'CheckCall' || input.type === 'CloseCall') return refuseHelp(state, input.type, input.at, timing);
  if (input.type === 'Deadline' && !(state.deadline && input.at >= state.deadline.at)) return 'not-due';
  if (input.type === 'Deadline' && input.of !== undefined && input.of !== state.deadline?.at) return 'not-due';
  if (input.type === 'Deadline' && input.dial !== undefined && input.dial !== nextDial(state)) return 'not-due';
  return null;
}

function inputKind(input: Input): EntryKind {
  if (input.type === 'Callback') return 'callback';
  return input.type === 'Outcome' ? 'outcome' : 'command';
}

function inputId(state: CallState | null, input: Input): string {
  switch (input.type) {
    case 'Outcome':
      return `${input.commandId}/outcome`;
    case 'Deadline':
      return `deadline/${(state?.version ?? 0) + 1}`;
    case 'Callback':
      return callbackId(input);
    default:
      return input.id;
  }
}

/** Ids are the sender's choice: one of Event Grid's must not make the provider's own callback look like a duplicate. */
export function callbackId({ source, id }: Pick<Input & { type: 'Callback' }, 'source' | 'id'>): string {
  return source === EVENT_GRID ? `${EVENT_GRID}/${id}` : id;
}

/** So many events under an identity that others have are kept whole; of further ones it is kept that they came. */
const CONTRADICTIONS_KEPT = 3;

function recordedInput(state: CallState | null, input: Input, context: Context): Recorded {
  const id = inputId(state, input);
  const { at } = input;
  switch (input.type) {
    case 'InitiateCall':
    case 'AbandonCall':
      return { kind: 'command', type: 'InitiateCall', id, at, actor: input.actor, cause: null, body: input.body };
    case 'CancelCall': {
      const body = input.reason === undefined ? {} : { reason: input.reason };
      return { kind: 'command', type: 'CancelCall', id, at, actor: input.actor, cause: null, body };
    }
    case 'CheckCall': {
      const body = helpfulCheck(state!, at, context.timing, input.reason);
      return { kind: 'command', type: 'CheckCall', id, at, actor: input.actor, cause: null, body };
    }
    case 'CloseCall': {
      const body = { because: 'no-word', reason: input.reason } as const;
      return { kind: 'command', type: 'CloseCall', id, at, actor: input.actor, cause: null, body };
    }
    case 'Callback': {
      const actor = input.source ?? providerOf(state);
      const { contradicts } = input;
      if (contradicts && state && state.contradictions >= CONTRADICTIONS_KEPT) {
        const body = { eventId: input.id, eventType: input.eventType, sha256: contradicts.sha256 };
        return { kind: 'command', type: 'CountEvent', id, at, actor, cause: null, body };
      }
      const body = readCallback(input.eventType, input.data, actor, context.reading ?? UNREADABLE);
      return { kind: 'callback', type: input.eventType, id, at, actor, cause: contradicts?.id ?? null, body };
    }
    case 'Deadline': {
      const body = { deadline: state?.deadline?.at ?? at };
      return { kind: 'command', type: 'DeadlinePassed', id, at, actor: 'deadline', cause: null, body };
    }
    case 'Outcome':
      return recordedOutcome(state, input, id, context);
  }
}

function recordedOutcome(
  state: CallState | null,
  input: Input & { type: 'Outcome' },
  id: string,
  context: Context,
): Recorded {
  const { at, commandId, outcome } = input;
  const common = { id, at, actor: providerOf(state), cause: commandId };
  const { type, ...told } = outcome;
  const body = outcome.type === 'Accepted' || !state ? told : { ...told, ...whatNext(state, input, outcome, context) };
  return readOutcome(common, type, body, context.reading ?? UNREADABLE);
}

/** What is waited for after a command that failed. */
function whatNext(
  state: CallState,
  input: Input & { type: 'Outcome' },
  outcome: Exclude<Outcome, { type: 'Accepted' }>,
  context: Context,
) {
  const { reading, timing } = context;
  const refusal = outcome.type === 'Rejected' && reading ? reading.refusal(outcome) : null;
  const failed = { ...input, outcome };
  const again = retryAt(state, failed, refusal, context);
  if (again) return { retryAt: again };
  const end = endBy(state, failed, refusal, timing);
  return end ? { endBy: end } : {};
}

function providerOf(state: CallState | null): string {
  return state?.initiate.provider ?? ACS;
}

function react(before: CallState | null, recorded: Recorded, input: Input, scene: Scene): readonly Command[] {
  if (scene.state.foreign) return [];
  switch (input.type) {
    case 'InitiateCall':
      return input.dial ? [firstDial(scene)] : [];
    case 'AbandonCall':
      return [{ type: 'CloseCall', body: { because: 'not-placed' } }];
    case 'CancelCall':
      return cancel(scene);
    case 'CheckCall':
      return [];
    case 'CloseCall':
      return afterClosing(scene);
    case 'Callback':
      return recorded.kind === 'callback' ? afterCallback(before, recorded.body, scene) : [];
    case 'Outcome':
      return recorded.kind === 'outcome' ? afterOutcome(before, input, recorded, scene) : [];
    case 'Deadline':
      return afterDeadline(scene);
  }
}

/** While a PlaceCall is on its way there is nothing to hang up yet: its answer, or the first callback, hangs up. */
function cancel(scene: Scene): readonly Command[] {
  const { position, callConnectionId, deadline } = scene.state;
  if (position.at === 'hanging-up') return [];
  if (callConnectionId) return hangUp(scene, 'cancelled');
  const refused = position.at === 'placing' && !position.uncertain && deadline?.missing === 'retry';
  return refused || position.at === 'queued' ? [{ type: 'CloseCall', body: { because: 'cancelled' } }] : [];
}

function issue(decision: Decision, command: Command, input: Input, cause: string): Decision {
  const state = decision.state!;
  const id = `${state.callSessionId}/${state.version + 1}`;
  const { type, body } = command;
  const recorded = { kind: 'command', type, id, at: input.at, actor: 'flow', cause, body } as RecordedCommand;
  return {
    ...decision,
    drafts: [...decision.drafts, { recorded }],
    state: evolve(state.callSessionId, state, recorded),
  };
}
