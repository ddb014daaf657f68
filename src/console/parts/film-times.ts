import { clockWords, timeWords } from './time.tsx';

/** When an entry was written, as a film of the call shows it. */
export type FilmTime = {
  /** How long nothing came before it, in milliseconds; 0 where a clock was set back. */
  readonly gapMs: number;
  /** `10:03:07`; with day and zone where those are others than before it: at the beginning, at midnight and when the clocks change. */
  readonly words: string;
  /** Whether it bears an earlier time than the entry before it: a clock was set, or another one is slow. */
  readonly isSetBack: boolean;
};

/**
 * Of entries in their order, which is the order in which they happened, whatever their times say. Pure.
 * @param at ISO 8601 UTC
 * @param zone an IANA name
 */
export function filmTimes(at: readonly string[], zone: string): readonly FilmTime[] {
  return at.map((moment, index) => {
    const before = at[index - 1];
    const words = timeWords(moment, zone);
    if (before === undefined) return { gapMs: 0, words, isSetBack: false };
    const passedMs = Date.parse(moment) - Date.parse(before);
    const isSame = dayAndZone(words) === dayAndZone(timeWords(before, zone));
    return {
      gapMs: Number.isFinite(passedMs) ? Math.max(0, passedMs) : 0,
      words: isSame ? clockWords(moment, zone) : words,
      isSetBack: passedMs < 0,
    };
  });
}

function dayAndZone(words: string): string {
  return words.replace(/\d{2}:\d{2}:\d{2}/, '');
}
