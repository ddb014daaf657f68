import type { Replay } from '../../audit/replay/api.ts';
import type { Ask } from '../api-client.ts';
import { hang } from '../wrap.ts';

/** So many entries from the first question on. */
const STEPS = 6;

/** A few lines of a call as its trail tells it. @throws ApiError */
export async function replayedLines(ask: Ask, callSessionId: string): Promise<readonly string[]> {
  const { steps } = await ask<Pick<Replay, 'steps'>>(`/api/audit/calls/${encodeURIComponent(callSessionId)}`);
  const first = steps.findIndex(({ what }) => what.includes('question 1'));
  return steps
    .slice(Math.max(0, first), Math.max(0, first) + STEPS)
    .flatMap(({ version, at, who, what }) =>
      hang(`${String(version).padStart(4)} ${at.slice(11, 23)}  `, `${who.words}: ${what}`),
    );
}
