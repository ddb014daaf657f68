// The sounds of a telephone, made here: nothing is fetched. Browsers let a page sound only after somebody has used it.

/** As telephones ring in North America: two tones (Hz) for two seconds of every six. */
const RING_HZ = [440, 480];
const RING_MS = 2_000;
const RING_EVERY_MS = 6_000;
const LOUD = 0.06;

const KEYS = '123456789*0#';
const ROWS_HZ = [697, 770, 852, 941];
const COLUMNS_HZ = [1_209, 1_336, 1_477];
const KEY_MS = 120;

/** @type {AudioContext | null} */
let context = null;
/** @type {{ gain: GainNode, sinceMs: number, stop(): void } | null} */
let bell = null;
let isMuted = false;

export function muted() {
  return isMuted;
}

/** @param {boolean} muted */
export function mute(muted) {
  isMuted = muted;
}

/** To be told again and again: it rings and pauses by turns. @param {boolean} isRinging */
export function ring(isRinging) {
  if (!isRinging || isMuted) {
    bell?.stop();
    bell = null;
    return;
  }
  const nowMs = performance.now();
  const sounding = audio();
  if (!sounding) return;
  bell ??= { ...tones(sounding, RING_HZ), sinceMs: nowMs };
  bell.gain.gain.value = (nowMs - bell.sinceMs) % RING_EVERY_MS < RING_MS ? LOUD : 0;
}

/** What a key sounds like. @param {string} key */
export function keyTone(key) {
  const index = KEYS.indexOf(key);
  const sounding = index < 0 || isMuted ? null : audio();
  if (!sounding) return;
  const { gain, stop } = tones(sounding, [ROWS_HZ[Math.floor(index / 3)] ?? 0, COLUMNS_HZ[index % 3] ?? 0]);
  gain.gain.value = LOUD;
  setTimeout(stop, KEY_MS);
}

function audio() {
  if (!window.AudioContext || navigator.userActivation?.hasBeenActive === false) return null;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
  return context;
}

/**
 * @param {AudioContext} sounding
 * @param {readonly number[]} frequencies
 */
function tones(sounding, frequencies) {
  const gain = sounding.createGain();
  gain.gain.value = 0;
  gain.connect(sounding.destination);
  const sources = frequencies.map((frequency) => {
    const source = sounding.createOscillator();
    source.frequency.value = frequency;
    source.connect(gain);
    source.start();
    return source;
  });
  const stop = () => {
    for (const source of sources) source.stop();
    gain.disconnect();
  };
  return { gain, stop };
}
