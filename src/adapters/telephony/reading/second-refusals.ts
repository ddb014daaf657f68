import type { Refusal } from '../../../domain/call/provider.ts';
import { resultOf } from './second-ends.ts';

/** ACS's sub-codes for a request that it did not take. */
const BY_SUB_CODE: Readonly<Record<number, Refusal['means']>> = {
  8500: 'conflict',
  8501: 'not-yet',
  8516: 'throttled',
  8519: 'conflict',
  8528: 'over',
  // The monthly limit of the resource.
  8529: 'barred',
  8530: 'throttled',
  8583: 'conflict',
  8585: 'not-yet',
  8589: 'throttled',
};

const BY_STATUS: Readonly<Record<number, Refusal['means']>> = {
  404: 'over',
  409: 'conflict',
  412: 'conflict',
  429: 'throttled',
};

/** Sub-codes by which ACS says of a request to call somebody what became of the call. */
const OF_A_CALL: ReadonlySet<number> = new Set([
  4500, 5003, 8538, 8539, 8540, 8541, 8542, 8543, 8544, 10003, 10004, 10024,
]);

/**
 * What a refused request means. The status is that of ACS's own API and never a SIP code: 403, 404, 410, 480 and 486 there say
 * something of our request, our rights or ACS, and nothing of the member's line.
 * @param status 0 when the request never left
 */
export function refusalOf({ status, subCode }: { readonly status: number; readonly subCode: number }): Refusal {
  return { result: resultOfPlacing(subCode), means: meaning(status, subCode), mayBeDone: mayBeDone(status, subCode) };
}

function resultOfPlacing(subCode: number): Refusal['result'] {
  const isTold = OF_A_CALL.has(subCode) || [540, 560].includes(Math.floor(subCode / 1_000)) || subCode === 510403;
  const result = isTold ? resultOf({ code: null, subCode, sip: null }) : 'provider-failure';
  return result === 'ended' || result === 'unknown' ? 'provider-failure' : result;
}

function meaning(status: number, subCode: number): Refusal['means'] {
  return BY_SUB_CODE[subCode] ?? BY_STATUS[status] ?? 'other';
}

/** Trouble below, or no word in time: what was asked for may have been done all the same. */
const TROUBLE_BELOW: ReadonlySet<number> = new Set([9001, 9002, 9998, 9999]);

function mayBeDone(status: number, subCode: number): boolean {
  if (TROUBLE_BELOW.has(subCode)) return true;
  return status === 408 || (status >= 500 && status !== 501 && status !== 505);
}
