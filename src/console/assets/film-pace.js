// The pace of a film: pure.

/** A longer wait is shown as long, and over sooner: nobody can sit through hours. */
const GAP_MAX_MS = 15_000;
const LONG_GAP_MS = 4_000;

/** How long a gap is played. @param {number} gapMs @returns {number} */
export function playedMs(gapMs) {
  if (!(gapMs > 0)) return 0;
  return gapMs > GAP_MAX_MS ? LONG_GAP_MS : gapMs;
}

/**
 * What a clock shows while nothing happens: `waits 0:07 of 0:10`; a long wait runs by faster.
 * @param {number} gapMs
 * @param {number} passedMs since it began, as played
 */
export function waitWords(gapMs, passedMs) {
  const share = Math.min(1, passedMs / playedMs(gapMs));
  const words = `waits ${clock(gapMs * share)} of ${clock(gapMs)}`;
  return gapMs > GAP_MAX_MS ? `${words}, faster than it was` : words;
}

/** `0:07`, `2:03:15`. @param {number} ms */
function clock(ms) {
  const seconds = Math.floor(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
