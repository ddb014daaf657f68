import { type Behaviour, PRESETS, type Reaction } from '../../src/simulator/members/members.ts';
import type { Sim } from './sim.ts';

/** Nobody holds a silent telephone for longer, and a mailbox is full. */
const PATIENCE_MS = 15 * 60_000;

/** A member as one meets them: one of the known kinds, or somebody who hesitates, errs and changes their mind. */
export function drawBehaviour(sim: Sim): Behaviour {
  return { hangsUpAfterMs: PATIENCE_MS, ...drawCharacter(sim) };
}

function drawCharacter(sim: Sim): Behaviour {
  if (sim.hit('behaviour-known', 0.4)) return sim.pick('behaviour', Object.values<Behaviour>(PRESETS)) ?? {};
  const reactions = Array.from({ length: 8 }, () => drawReaction(sim));
  const base: Behaviour = { ringMs: sim.between('ring-ms', 0, 20_000), reactions, otherwise: 'silent' };
  return sim.hit('hangs-up-some-time', 0.2) ? { ...base, hangsUpAfterMs: sim.between('hangs-up-ms', 0, 60_000) } : base;
}

function drawReaction(sim: Sim): Reaction {
  const kind = sim.random('reaction')();
  const afterMs = sim.between('reaction-ms', 0, 11_000);
  const duringPrompt = sim.hit('reaction-barge', 0.2);
  if (kind < 0.7) return { press: ['one'], afterMs, duringPrompt };
  if (kind < 0.8) return { press: ['two'], afterMs, duringPrompt };
  if (kind < 0.86) return { press: ['five', 'one'], afterMs, betweenMs: sim.between('between-ms', 50, 4_000) };
  if (kind < 0.9) return { press: ['nine'], afterMs };
  if (kind < 0.93) return { hangUpAfterMs: afterMs, duringPrompt };
  return kind < 0.96 ? 'prompt-fails' : 'silent';
}
