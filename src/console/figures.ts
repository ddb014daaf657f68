import type { CallCount } from '../../projections/ports.ts';
import { CALL_STATUSES, type CallStatus } from '../domain/call/call.ts';
import { DISPOSITIONS, type Disposition } from '../domain/call/disposition.ts';
import { DISPOSITION_TONES, DISPOSITION_WORDS, type DispositionTone } from '../domain/call/disposition-words.ts';

/** A call that goes on has no disposition yet. */
export type FigureTone = DispositionTone | 'going-on';

/** In the order in which they matter to somebody. */
export const TONES: readonly FigureTone[] = ['needs-somebody', 'going-on', ...DISPOSITION_TONES.slice(1)];

/** What has become of calls, and how many there are; `disposition` null: they go on. */
export type OutcomeFigure = {
  readonly disposition: Disposition | null;
  readonly tone: FigureTone;
  readonly calls: number;
};

/** What a call can stand at while it goes on. */
export const OPEN_STATUSES: readonly CallStatus[] = CALL_STATUSES.filter(
  (status) => status !== 'Disconnected' && status !== 'Failed',
);

/** By outcome, what needs somebody first, of each tone the most first; outcomes that no call has are left out. */
export function byOutcome(counts: readonly CallCount[]): readonly OutcomeFigure[] {
  const found = [null, ...DISPOSITIONS].map((disposition) => ({
    disposition,
    tone: toneOf(disposition),
    calls: sumOf(counts.filter((count) => count.disposition === disposition)),
  }));
  return found
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone) || b.calls - a.calls);
}

/** By tone, in the order of TONES. */
export function byTone(counts: readonly CallCount[]): readonly { readonly tone: FigureTone; readonly calls: number }[] {
  return TONES.map((tone) => ({ tone, calls: sumOf(counts.filter((count) => toneOf(count.disposition) === tone)) }));
}

/** The outcomes of a tone; none for calls that go on. */
export function dispositionsOf(tone: FigureTone): readonly Disposition[] {
  return DISPOSITIONS.filter((disposition) => toneOf(disposition) === tone);
}

/** `1,204`. */
export function figureWords(calls: number): string {
  return FIGURE.format(calls);
}

const FIGURE = new Intl.NumberFormat('en-US');

export function sumOf(counts: readonly CallCount[]): number {
  return counts.reduce((sum, { calls }) => sum + calls, 0);
}

/** A later release may know other outcomes: those are not for anybody here to do something about. */
function toneOf(disposition: Disposition | null): FigureTone {
  return disposition === null ? 'going-on' : (DISPOSITION_WORDS[disposition]?.tone ?? 'not-reached');
}
