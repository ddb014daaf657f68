import { CodedError } from '../../base/coded-error.ts';

/** A call was set aside: its stream holds something that this program cannot handle. Operators are told by name. */
export class CallParkedError extends CodedError<'CALL_PARKED'> {
  override readonly name = 'CallParkedError';

  constructor(callSessionId: string, options?: ErrorOptions) {
    super('CALL_PARKED', `call ${callSessionId} is set aside`, options);
  }
}
