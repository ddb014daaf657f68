// Speaks by voices of this machine only: those of the network send the text to whoever makes them.

/** Whether a voice has failed: then the words alone appear, and nobody waits for it again. */
let isBroken = false;

/** @param {string} lang such as `en-US` */
function voiceFor(lang) {
  const voices = window.speechSynthesis?.getVoices().filter(({ localService }) => localService) ?? [];
  const named = (/** @type {SpeechSynthesisVoice} */ voice) => voice.lang.replace('_', '-');
  return (
    voices.find((voice) => named(voice) === lang) ??
    voices.find((voice) => named(voice).split('-')[0] === lang.split('-')[0]) ??
    null
  );
}

/** How what is said is heard, in a sentence. @param {string} lang @param {boolean} isMuted */
export function voiceWords(lang, isMuted) {
  if (isMuted) return 'Muted: what is said appears as words.';
  const voice = isBroken ? null : voiceFor(lang);
  if (!voice) return 'No voice of this machine speaks this language: what is said appears as words.';
  return `Spoken by ${voice.name}, a voice of this machine.`;
}

/**
 * @param {string} text
 * @param {string} lang such as `en` or `en-US`
 * @param {() => void} [onEnd] when it is over; not called where nothing is spoken
 * @returns {boolean} whether there is a voice that speaks it
 */
export function say(text, lang, onEnd) {
  const voice = isBroken ? null : voiceFor(lang);
  if (!voice) return false;
  const words = new SpeechSynthesisUtterance(text);
  words.voice = voice;
  words.lang = voice.lang;
  words.addEventListener('error', ({ error }) => {
    isBroken ||= error === 'synthesis-failed' || error === 'synthesis-unavailable' || error === 'voice-unavailable';
  });
  if (onEnd) words.addEventListener('end', onEnd);
  window.speechSynthesis.speak(words);
  return true;
}

export function hush() {
  window.speechSynthesis?.cancel();
}
