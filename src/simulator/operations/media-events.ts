import type { EventContent } from '../calls/cloud-event.ts';
import type { MediaOperation, MediaOutcome } from '../media/operations.ts';
import { RESULTS } from '../wire/results.ts';

/** The one event that ends an operation. */
export function terminalEvent(operation: MediaOperation, outcome: MediaOutcome): EventContent {
  const { operationContext } = operation;
  const name = operation.kind === 'play' ? 'Play' : 'Recognize';
  switch (outcome.kind) {
    case 'completed':
      return { type: 'PlayCompleted', operationContext, result: RESULTS.succeeded };
    case 'collected':
      return {
        type: 'RecognizeCompleted',
        extra: { recognitionType: 'dtmf', dtmfResult: { tones: outcome.tones } },
        operationContext,
        result: outcome.by === 'max-tones' ? RESULTS.maxTones : RESULTS.stopTone,
      };
    case 'initial-silence':
      return { type: 'RecognizeFailed', operationContext, result: RESULTS.initialSilence };
    case 'inter-tone-silence':
      return { type: 'RecognizeFailed', operationContext, result: RESULTS.interToneSilence };
    case 'prompt-failed':
      return {
        type: `${name}Failed`,
        extra: { failedPlaySourceIndex: outcome.sourceIndex },
        operationContext,
        result: outcome.result,
      };
    case 'canceled':
      return { type: `${name}Canceled`, operationContext, result: RESULTS.canceled };
    default:
      return outcome satisfies never;
  }
}
