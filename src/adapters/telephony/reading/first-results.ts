import type { CallResult } from '../../../domain/call/disposition.ts';

/** `resultInformation` of a callback, or the status and sub-code of a rejected request. */
export type ProviderResult = {
  readonly code: number;
  readonly subCode: number;
  /** What the carrier said, where it said something. */
  readonly sipCode?: number;
};

/** ACS's own sub-codes that carry no SIP code (Call Automation troubleshooting codes). */
const BY_SUB_CODE: Readonly<Record<number, CallResult>> = {
  0: 'ended',
  4500: 'bad-number',
  4521: 'ended',
  5000: 'ended',
  5001: 'ended',
  5010: 'ended',
  5013: 'ended',
  7000: 'ended',
  7015: 'ended',
  7504: 'provider-failure',
  7507: 'provider-failure',
  8519: 'provider-failure',
  8520: 'provider-failure',
  8522: 'unknown',
  8523: 'provider-failure',
  8538: 'declined',
  8539: 'busy',
  8540: 'no-answer',
  8541: 'no-answer',
  8542: 'no-answer',
  8543: 'no-answer',
  8544: 'no-answer',
  8567: 'provider-failure',
  8583: 'provider-failure',
  10003: 'no-answer',
  10004: 'no-answer',
  10009: 'provider-failure',
  10024: 'no-answer',
  10078: 'no-answer',
  10110: 'ended',
  500001: 'no-answer',
  560000: 'ended',
  540000: 'ended',
};

const BY_SIP_CODE: Readonly<Record<number, CallResult>> = {
  403: 'blocked',
  404: 'bad-number',
  408: 'no-answer',
  410: 'bad-number',
  480: 'no-answer',
  484: 'bad-number',
  486: 'busy',
  487: 'no-answer',
  500: 'provider-failure',
  503: 'provider-failure',
  600: 'busy',
  603: 'declined',
  604: 'bad-number',
  607: 'declined',
  608: 'blocked',
};

/**
 * What a code / sub-code pair says about the call. The carrier's own SIP code wins where there is one: ACS reports
 * 500/560503 for a line whose carrier said 486 Busy Here.
 */
export function callResult(result: ProviderResult): CallResult {
  const bySip = result.sipCode === undefined ? undefined : BY_SIP_CODE[result.sipCode];
  if (bySip) return bySip;
  const bySubCode = BY_SUB_CODE[result.subCode];
  if (bySubCode && !(result.subCode === 0 && result.code >= 300)) return bySubCode;
  const sipInSubCode = pstnSipCode(result.subCode);
  // 603/560603 is a human decline, a fraud block or our own concurrency limit: only the carrier's word tells them apart.
  if (sipInSubCode === 603) return 'network-refused';
  return BY_SIP_CODE[sipInSubCode ?? result.code] ?? 'unknown';
}

/** Sub-codes 560xxx, 540xxx, 510xxx and 511xxx end in the SIP code of the session border controller or carrier. */
function pstnSipCode(subCode: number): number | undefined {
  const family = Math.floor(subCode / 1_000);
  return [560, 540, 510, 511].includes(family) ? subCode % 1_000 : undefined;
}
