import type { Tone } from '../wire/tones.ts';
import type { MediaHost, MediaOutcome, RecognizeOperation, Running } from './operations.ts';
import { runPrompts } from './prompts.ts';

type Collecting = {
  readonly host: MediaHost;
  readonly operation: RecognizeOperation;
  readonly done: (outcome: MediaOutcome) => void;
  readonly tones: Tone[];
  state: 'prompting' | 'listening' | 'over';
  /** Stops the prompt or the timer that runs. */
  cancel: () => void;
};

/**
 * Collects keys: prompt, then silence timer, then a timer between the keys.
 *
 * @param done called once, unless the operation is stopped
 */
export function runRecognize(
  host: MediaHost,
  operation: RecognizeOperation,
  done: (outcome: MediaOutcome) => void,
): Running {
  const collecting: Collecting = { host, operation, done, tones: [], state: 'prompting', cancel: () => {} };
  const stopPrompt = runPrompts(host, operation, false, (failure) => {
    if (failure === undefined) listen(collecting);
    else finish(collecting, failure);
  });
  // An empty prompt is over before runPrompts returns; its stop must then not replace the silence timer's.
  if (collecting.state === 'prompting') collecting.cancel = stopPrompt;
  return {
    press: (tone) => press(collecting, tone),
    stop() {
      collecting.state = 'over';
      collecting.cancel();
    },
  };
}

function listen(collecting: Collecting): void {
  const { host, operation } = collecting;
  collecting.state = 'listening';
  collecting.cancel = host.after(operation.initialSilenceMs, () => finish(collecting, { kind: 'initial-silence' }));
  host.waits(operation.initialSilenceMs);
  host.listening(operation);
}

function press(collecting: Collecting, tone: Tone): boolean {
  const { host, operation, tones, state } = collecting;
  if (state === 'over' || (state === 'prompting' && !operation.interruptPrompt)) return false;
  collecting.cancel();
  collecting.state = 'listening';
  if (operation.stopTones.includes(tone)) {
    finish(collecting, { kind: 'collected', by: 'stop-tone', tones });
    return true;
  }
  tones.push(tone);
  if (tones.length >= operation.maxTones) finish(collecting, { kind: 'collected', by: 'max-tones', tones });
  else {
    collecting.cancel = host.after(operation.interToneMs, () => finish(collecting, { kind: 'inter-tone-silence' }));
    host.waits(operation.interToneMs);
  }
  return true;
}

function finish(collecting: Collecting, outcome: MediaOutcome): void {
  if (collecting.state === 'over') return;
  collecting.state = 'over';
  collecting.cancel();
  collecting.done(outcome);
}
