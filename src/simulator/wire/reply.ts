/** An answer of the service, before it is written to the wire. */
export type Reply = {
  readonly status: number;
  /** Written as JSON; left out, the answer has no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An error in the service's own form; `subCode` is a string on the wire although it holds a number. */
export function errorReply(status: number, subCode: string, message: string, headers?: Record<string, string>): Reply {
  return { status, body: { error: { code: subCode, message } }, ...(headers && { headers }) };
}

/** 400 for an argument that is missing, malformed or out of range. */
export function invalidArgument(message: string): Reply {
  return errorReply(400, '8523', message);
}

/** 404 for a call that is unknown or over; the service does not tell which. */
export const CALL_NOT_FOUND: Reply = errorReply(404, '8522', 'Call not found.');

/** 501 for an operation of the real service that the simulator lacks. The SDK does not retry a 501. */
export function notSimulated(what: string): Reply {
  return errorReply(501, '8520', `Not simulated: ${what}.`);
}
