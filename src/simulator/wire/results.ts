/** How the service reports the result of an operation inside an event. */
export type ResultInformation = {
  readonly code: number;
  readonly subCode: number;
  readonly message: string;
  readonly sipDetails?: { readonly code: number; readonly message: string };
  readonly q850Details?: { readonly code: number; readonly message: string };
};

const result = (code: number, subCode: number, message: string): ResultInformation => ({ code, subCode, message });
const ended = (subCode: number) => `The conversation has ended. DiagCode: 0#${subCode}.@`;

/** Results that the simulator reports, by what happened. */
export const RESULTS = {
  connected: result(200, 0, ''),
  succeeded: result(200, 0, 'Action completed successfully.'),
  canceled: result(400, 8508, 'Action failed, the operation was canceled.'),
  maxTones: result(200, 8531, 'Action completed, max digits received.'),
  stopTone: result(200, 8514, 'Action completed as stop tone was detected.'),
  initialSilence: result(400, 8510, 'Action failed, initial silence timeout reached.'),
  interToneSilence: result(400, 8532, 'Action failed, inter-digit silence timeout reached.'),
  promptFailed: result(500, 8511, 'Action failed, encountered failure while trying to play the prompt.'),
  playFailed: result(500, 9999, 'Action failed, unknown internal server error.'),
  memberHungUp: result(200, 560000, ended(560000)),
  applicationHungUp: result(200, 7000, ended(7000)),
  canceledBeforeAnswer: result(487, 10003, 'The call was canceled before it was answered.'),
  setUpTimedOut: result(408, 560408, 'Request Timeout.'),
  lastedTooLong: result(429, 10110, 'The call exceeded its maximum duration.'),
  tooManyCalls: result(603, 560603, 'Declined.'),
} as const;

/** Results of speech synthesis going wrong, by the status the speech service answered. */
export function speechResult(code: number): ResultInformation {
  if (code === 401) {
    return result(
      401,
      8565,
      'Action failed due to a Cognitive Services authentication error. Please check your authorization input and ensure it is correct.',
    );
  }
  return result(code, 8565, 'Action failed due to a Cognitive Services error.');
}
