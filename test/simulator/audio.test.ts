import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createVirtualClock } from '../../src/simulator/clock/clock.ts';
import { createTimers } from '../../src/simulator/clock/timers.ts';
import { audioOf, createAudioCache } from '../../src/simulator/media/audio.ts';

const HOUR_MS = 3_600_000;
const textSource = (text: string, playSourceCacheId?: string) =>
  ({ kind: 'text', text: { text }, ...(playSourceCacheId && { playSourceCacheId }) }) as const;

test('fourteen characters take a second to say', () => {
  assert.is(audioOf(textSource('a'.repeat(140))).durationMs, 10_000);
});

test('a text is in the language of its locale, or of its voice', () => {
  const spoken = (more: object) => audioOf({ kind: 'text', text: { text: 'Hola', ...more } }).lang;
  assert.equal(
    [spoken({ sourceLocale: 'es-MX' }), spoken({ voiceName: 'es-US-PalomaNeural' }), spoken({})],
    ['es-MX', 'es-US', undefined],
  );
});

test('SSML is heard without its marks', () => {
  const ssmlText = '<speak version="1.0"><voice name="x">Hello <break time="1s"/> there</voice></speak>';
  assert.is(audioOf({ kind: 'ssml', ssml: { ssmlText } }).text, 'Hello there');
});

test('a file is heard by its address without the signature in its query', () => {
  assert.is(
    audioOf({ kind: 'file', file: { uri: 'https://a.example/b.wav?sig=s' } }).text,
    '[https://a.example/b.wav]',
  );
});

test('audio under a playSourceCacheId is remembered for an hour of call time, whatever is sent', () => {
  const clock = createVirtualClock(0);
  const timers = createTimers(clock, 10);
  const hear = createAudioCache(timers.nowMs, timers.elapsedMs);
  assert.is(hear(textSource('first', 'greeting')).text, 'first');
  clock.advance(HOUR_MS / 10 - 1);
  assert.is(hear(textSource('second', 'greeting')).text, 'first');
  assert.is(hear(textSource('second')).text, 'second');
  assert.is(hear(textSource('other', 'goodbye')).text, 'other');
  clock.advance(1);
  assert.is(hear(textSource('third', 'greeting')).text, 'third');
});

test.run();
