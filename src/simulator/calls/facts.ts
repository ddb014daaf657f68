import type { CreateCallRequest } from '../wire/requests.ts';

/** What is known of a call from its creation on and never changes. */
export type CallFacts = {
  readonly callConnectionId: string;
  readonly serverCallId: string;
  readonly correlationId: string;
  /** Raw id of the application's side. */
  readonly sourceId: string;
  readonly request: CreateCallRequest;
  readonly createdAtMs: number;
  /** Whether it takes one of the caller number's places. */
  readonly counted: boolean;
};
