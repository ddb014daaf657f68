import type { Step } from '../../audit/replay/steps.ts';
import type { CallStatus } from '../../domain/call/call.ts';
import type { Disposition } from '../../domain/call/disposition.ts';

/** How a call stood after an entry. */
export type Stood = {
  readonly status: CallStatus;
  readonly disposition: Disposition | null;
  readonly answers: readonly {
    readonly questionNumber: number;
    readonly response: string;
    readonly recordedAt: string;
  }[];
};

/** After the last of these entries; null where nothing of it can be read. Pure. */
export function stoodAfter(steps: readonly Step[]): Stood | null {
  const state = steps.at(-1)?.state;
  if (!state) return null;
  const answers = state.answers.map(({ question, response }) => {
    const first = steps.find((step) => step.state?.answers.some((each) => each.question === question));
    return { questionNumber: question, response, recordedAt: first!.at };
  });
  return { status: state.status, disposition: state.disposition, answers };
}
