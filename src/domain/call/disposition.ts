/** What became of a call, in people's words. Stored for years: add to the list, never rename. */
export const DISPOSITIONS = [
  'completed',
  'partial',
  'no-response',
  'no-person',
  'not-available',
  'hung-up',
  'busy',
  'no-answer',
  'bad-number',
  'declined',
  'blocked',
  'network-refused',
  'provider-failure',
  'cancelled',
  'expired',
  'unknown',
] as const;

export type Disposition = (typeof DISPOSITIONS)[number];

/** Why a call was not answered, or `ended` when the result is that of a conversation that took place. */
export type CallResult = Disposition | 'ended';

/** What the end of a call says about it. */
export type End = {
  readonly result: CallResult;
  /** Whether it may be taken for the member's hanging up, where nothing else says what became of the call. */
  readonly hungUp: 'always' | 'if-answered' | 'never';
};
