import { type CallState, hasEnded } from '../../src/domain/call/call.ts';
import { type Decision, type Draft, decide } from '../../src/domain/call/decide.ts';
import { fold } from '../../src/domain/call/evolve.ts';
import type { Input } from '../../src/domain/call/input.ts';
import { hasSeen, NOTHING_SEEN } from '../../src/domain/call/seen.ts';
import { NOTHING_PLANTED, type Planted } from './planted.ts';

type Decide = typeof decide;

function deciding(rule: Decide): Planted {
  return { ...NOTHING_PLANTED, decide: () => rule };
}

/** The decision with other drafts, and the state that they make. */
function redraft(
  id: string,
  before: CallState | null,
  decision: Decision,
  change: (draft: Draft) => Draft[],
): Decision {
  if (decision.drafts.length === 0) return decision;
  const drafts = decision.drafts.flatMap(change);
  const recorded = drafts.map((draft) => draft.recorded);
  return { ...decision, drafts, state: fold(id, before, recorded) };
}

const isAnswer = (input: Input): boolean =>
  input.type === 'Callback' && input.eventType.endsWith('.RecognizeCompleted');

/** An answer that comes after the end of its call is thrown away. */
export const lateAnswerDropped = deciding((id, state, input, context) => {
  const late = state !== null && hasEnded(state) && isAnswer(input);
  return late ? { verdict: 'duplicate', drafts: [], state } : decide(id, state, input, context);
});

/** Whoever cancels a call wipes what was answered in it. */
export const cancelWipesAnswers = deciding((id, state, input, context) => {
  const decision = decide(id, state, input, context);
  if (input.type !== 'CancelCall' || !decision.state) return decision;
  return { ...decision, state: { ...decision.state, answers: [] } };
});

/** A call that is cancelled goes on, because nothing follows from the cancellation. */
export const cancelWithoutEffect = deciding((id, state, input, context) => {
  const decision = decide(id, state, input, context);
  if (input.type !== 'CancelCall') return decision;
  const isCancel = (draft: Draft) => draft.recorded.type === 'CancelCall';
  const cut = redraft(id, state, decision, (draft) => (isCancel(draft) ? [draft] : []));
  return cut.state ? { ...cut, state: { ...cut.state, cancelledAt: null } } : cut;
});

/** Every attempt to dial has an id of its own, so that the provider takes it for another call. */
export const redialUnderNewId = deciding((id, state, input, context) =>
  redraft(id, state, decide(id, state, input, context), (draft) => {
    const { recorded } = draft;
    if (recorded.kind !== 'command' || recorded.type !== 'PlaceCall' || recorded.body.attempt === 1) return [draft];
    return [{ recorded: { ...recorded, body: { ...recorded.body, repeatabilityRequestId: context.freshId } } }];
  }),
);

/** The first question is put to whoever picks up, and nobody looks at whom it is for. */
export const promptBeforeProof = deciding((id, state, input, context) =>
  redraft(id, state, decide(id, state, input, context), (draft) => {
    const { recorded } = draft;
    const question = context.questionnaire?.steps['question-1'];
    if (recorded.kind !== 'command' || recorded.type !== 'AskQuestion' || !question) return [draft];
    if (recorded.body.step !== 'person' || recorded.body.attempt < 2) return [draft];
    return [
      {
        recorded: { ...recorded, body: { ...recorded.body, prompt: { ...recorded.body.prompt, text: question.text } } },
      },
    ];
  }),
);

/** Events are recognised by what this process remembers, not by what the log holds. */
export const dedupeByMemory: Planted = {
  ...NOTHING_PLANTED,
  decide() {
    const remembered = new Set<string>();
    return (id, state, input, context) => {
      if (input.type !== 'Callback' || !state) return decide(id, state, input, context);
      const known = remembered.has(input.id) && hasSeen(state, 'callback', input.id);
      remembered.add(input.id);
      return decide(id, known ? state : { ...state, seen: NOTHING_SEEN }, input, context);
    };
  },
};

/** A call that its member hung up on is closed as soon as a check is not answered. */
export const unknownCheckEndsCall = deciding((id, state, input, context) => {
  const isLostCheck = input.type === 'Outcome' && input.commandType === 'CheckCall' && input.outcome.type === 'Unknown';
  const decision = decide(id, state, input, context);
  if (!isLostCheck || !decision.state || hasEnded(decision.state)) return decision;
  const close = { kind: 'command', type: 'CloseCall', actor: 'flow', body: { because: 'no-word' } } as const;
  const version = (state?.version ?? 0) + 2;
  const cause = `${input.commandId}/outcome`;
  return redraft(id, state, decision, (draft) =>
    draft.recorded.kind === 'outcome'
      ? [draft, { recorded: { ...close, id: `${id}/${version}`, at: input.at, cause } }]
      : [],
  );
});

/** Whatever leg a callback names is the call's own, or one too many that is hung up. */
export const legByCallback = deciding((id, state, input, context) => {
  const { reading } = context;
  if (!reading) return decide(id, state, input, context);
  const callback: typeof reading.callback = (type, data) => ({ ...reading.callback(type, data), binds: true });
  return decide(id, state, input, { ...context, reading: { ...reading, callback } });
});

/** Every call is dialled at once, however many are held. */
export const dialWithoutTurn = deciding((id, state, input, context) =>
  decide(id, state, input.type === 'InitiateCall' ? { ...input, dial: true } : input, context),
);
