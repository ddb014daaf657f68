/** A call was set aside: its stream holds something that this program cannot handle. Operators are told by name. */
export class CallParkedError extends Error {
  override readonly name = 'CallParkedError';
  readonly code = 'CALL_PARKED';

  constructor(callSessionId: string, options?: ErrorOptions) {
    super(`call ${callSessionId} is set aside`, options);
  }
}
