import type { MediaHost, MediaOutcome, RecognizeOperation, Running } from './media-operations.ts';
import { runPrompts } from './prompts.ts';
import type { Tone } from './tones.ts';

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
  const tones: Tone[] = [];
  let state: 'prompting' | 'listening' | 'over' = 'prompting';
  let cancel = () => {};

  const finish = (outcome: MediaOutcome) => {
    if (state === 'over') return;
    state = 'over';
    cancel();
    done(outcome);
  };
  const promptOver = (failure?: MediaOutcome) => {
    if (failure !== undefined) return finish(failure);
    state = 'listening';
    cancel = host.after(operation.initialSilenceMs, () => finish({ kind: 'initial-silence' }));
    host.listening(operation);
  };
  const press = (tone: Tone): boolean => {
    if (state === 'over') return false;
    if (state === 'prompting' && !operation.interruptPrompt) return false;
    cancel();
    state = 'listening';
    if (operation.stopTones.includes(tone)) {
      finish({ kind: 'collected', by: 'stop-tone', tones });
      return true;
    }
    tones.push(tone);
    if (tones.length >= operation.maxTones) finish({ kind: 'collected', by: 'max-tones', tones });
    else cancel = host.after(operation.interToneMs, () => finish({ kind: 'inter-tone-silence' }));
    return true;
  };

  // An empty prompt is over before runPrompts returns; its stop must then not replace the silence timer's.
  const stopPrompt = runPrompts(host, operation, false, promptOver);
  if (state === 'prompting') cancel = stopPrompt;
  return {
    press,
    stop() {
      state = 'over';
      cancel();
    },
  };
}
