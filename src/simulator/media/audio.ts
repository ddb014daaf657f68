import { AUDIO_CACHE_MS } from '../wire/defaults.ts';
import type { PlaySource } from '../wire/requests.ts';

const CHARACTERS_A_SECOND = 14;
const SHORTEST_MS = 300;
/** A sound file's length is unknown here, for nothing is downloaded. */
const FILE_MS = 3_000;
const CACHED_MAX = 10_000;

/** What is heard of a source, and for how long; `lang`: in which language, such as `en-US`, where the source says so. */
export type Audio = { readonly text: string; readonly durationMs: number; readonly lang?: string };

/** Text in words, with an estimate of how long it takes to say it. */
export function audioOf(source: PlaySource): Audio {
  if (source.kind === 'file') return { text: `[${source.file.uri.replace(/\?.*$/, '')}]`, durationMs: FILE_MS };
  const text = source.kind === 'text' ? source.text.text : wordsOf(source.ssml.ssmlText);
  const durationMs = Math.max(SHORTEST_MS, (text.length / CHARACTERS_A_SECOND) * 1000);
  const lang = languageOf(source);
  return { text, durationMs, ...(lang !== undefined && { lang }) };
}

/** A voice bears its language in its name: `en-US-JennyNeural`. */
function languageOf(source: PlaySource): string | undefined {
  if (source.kind !== 'text') return undefined;
  const { sourceLocale, voiceName } = source.text;
  return sourceLocale ?? /^[a-z]{2,3}-[A-Z]{2}(?=-)/.exec(voiceName ?? '')?.[0];
}

function wordsOf(ssml: string): string {
  return ssml
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * Audio by playSourceCacheId. The service keeps what it first fetched under an id for an hour, whatever is sent later, so
 * that two different prompts under one id are a mistake that must be heard here too.
 *
 * @param nowMs wall clock
 * @param elapsedMs call time since a wall time
 */
export function createAudioCache(nowMs: () => number, elapsedMs: (sinceMs: number) => number) {
  const cache = new Map<string, { audio: Audio; atMs: number }>();
  return (source: PlaySource): Audio => {
    const id = source.playSourceCacheId;
    if (id === undefined || id === '') return audioOf(source);
    const known = cache.get(id);
    if (known !== undefined && elapsedMs(known.atMs) < AUDIO_CACHE_MS) return known.audio;
    const audio = audioOf(source);
    cache.delete(id);
    cache.set(id, { audio, atMs: nowMs() });
    const [oldest] = cache.keys();
    if (cache.size > CACHED_MAX && oldest !== undefined) cache.delete(oldest);
    return audio;
  };
}
