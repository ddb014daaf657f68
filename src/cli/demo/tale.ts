import type { SimulatorEvent } from '../../simulator/calls/transcript.ts';
import { type Output, painted } from '../output.ts';
import { COLUMNS, hang } from '../wrap.ts';
import { SCENES } from './scenario.ts';
import { momentInWords, secondsOf } from './transcript.ts';

/** Tells calls that take place at once one after the other. */
export type Tale = {
  add(event: SimulatorEvent): void;
  /** Tells what of calls was not told yet. */
  end(): void;
};

/** Each call is told when it is over: nobody could follow fourteen at once. */
export function createTale(output: Output, startMs: number): Tale {
  const calls = new Map<string, SimulatorEvent[]>();
  const heard = new Set<string>();
  const tell = (number: string, events: readonly SimulatorEvent[]): void => {
    const scene = SCENES.find((one) => one.number === number);
    output.line(`\n${painted(output, 'bold', scene?.memberId ?? 'somebody')}  ${scene?.person ?? ''}`.trimEnd());
    for (const event of events) {
      for (const line of linesOf(event, startMs, heard)) output.line(line);
    }
  };
  return {
    add(event) {
      // Of a call that was told only what nobody hears is left.
      if (momentInWords(event) === null) return;
      const events = calls.get(event.number) ?? [];
      calls.set(event.number, [...events, event]);
      if (event.kind !== 'ended' && event.kind !== 'not-answered') return;
      tell(event.number, calls.get(event.number) ?? []);
      calls.delete(event.number);
    },
    end() {
      for (const [number, events] of calls) tell(number, events);
      calls.clear();
    },
  };
}

/** What was heard in a call before stands there in short. */
function linesOf(event: SimulatorEvent, startMs: number, heard: Set<string>): readonly string[] {
  const words = momentInWords(event);
  if (words === null) return [];
  const label = `  ${secondsOf(event, startMs)}`;
  const isKnown = event.kind === 'said' && heard.has(event.text);
  if (event.kind === 'said') heard.add(event.text);
  const room = COLUMNS - label.length;
  return hang(label, isKnown && words.length > room ? `${words.slice(0, room - 2)}…"` : words);
}
