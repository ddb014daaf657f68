import type { CallResult, End } from '../../../domain/call/disposition.ts';

/** `resultInformation` as far as it could be read. */
export type Said = {
  /** Null when only a sub-code is there. */
  readonly code: number | null;
  readonly subCode: number;
  /** The carrier's word, where it said something. */
  readonly sip: { readonly code: number; readonly message: string } | null;
};

/** Sub-codes that say something by themselves, whatever code stands beside them. */
const BY_SUB_CODE: Readonly<Record<number, CallResult>> = {
  4500: 'bad-number',
  4506: 'no-answer',
  4507: 'provider-failure',
  4521: 'ended',
  5000: 'ended',
  5001: 'ended',
  5003: 'declined',
  5010: 'ended',
  5013: 'ended',
  5300: 'ended',
  7000: 'ended',
  7015: 'ended',
  8519: 'provider-failure',
  8520: 'provider-failure',
  // The call was gone when it was asked for: nothing about the member's line.
  8522: 'unknown',
  8523: 'provider-failure',
  8538: 'declined',
  8539: 'busy',
  8540: 'busy',
  8541: 'no-answer',
  8542: 'no-answer',
  8543: 'no-answer',
  8544: 'no-answer',
  8567: 'provider-failure',
  8583: 'provider-failure',
  9001: 'provider-failure',
  9002: 'provider-failure',
  9998: 'provider-failure',
  9999: 'provider-failure',
  10003: 'no-answer',
  10004: 'no-answer',
  10009: 'provider-failure',
  10024: 'declined',
  10037: 'no-answer',
  10057: 'no-answer',
  10076: 'no-answer',
  10077: 'no-answer',
  10078: 'no-answer',
  10110: 'ended',
  500001: 'no-answer',
  // Marked as spam, or the caller id is not allowed: about our number, not the member's.
  510403: 'network-refused',
  540000: 'ended',
  560000: 'ended',
};

/** SIP codes as a carrier says them of the member's line. */
const BY_CARRIER: Readonly<Record<number, CallResult>> = {
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
  604: 'bad-number',
  607: 'declined',
  608: 'blocked',
};

/** The only codes without a sub-code that say something of the line; others are of ACS itself. */
const BARE: Readonly<Record<number, CallResult>> = {
  404: 'unknown',
  408: 'no-answer',
  480: 'no-answer',
  484: 'bad-number',
  486: 'busy',
  487: 'no-answer',
  600: 'busy',
  603: 'declined',
  604: 'bad-number',
  607: 'declined',
};

/** Too many requests, a local end point, the network, or the service: codes that blame nobody else whatever sub-code stands beside them. */
const OURS: ReadonlySet<number> = new Set([429, 490, 491, 496, 497, 498, 500, 503, 504]);

/** A media path that broke down once the call was up is an ordinary end of it. */
const MEDIA_LOST = 301005;
const TOO_LONG = 10110;

/** What the end of a call says. @param said null when it says nothing, which is not "ended well" */
export function endOf(said: Said | null): End {
  if (said === null) return { result: 'unknown', hungUp: 'never' };
  return { result: resultOf(said), hungUp: isOrdinary(said) ? 'if-answered' : 'never' };
}

/** What became of a call that nobody answered; `ended` for a normal end. */
export function resultOf({ code, subCode, sip }: Said): CallResult {
  const told = sip && !isMicrosofts(subCode) ? byCarrier(sip.code, sip.message) : undefined;
  if (told) return told;
  const listed = BY_SUB_CODE[subCode];
  // 405/8522: not supported. 404/8522 is the one that means gone.
  if (listed) return subCode === 8522 && code === 405 ? 'provider-failure' : listed;
  if (isCarriers(subCode)) return byCarrierInSubCode(subCode % 1_000);
  if (isMicrosofts(subCode)) return 'provider-failure';
  if (code === null) return 'unknown';
  if (OURS.has(code) || isPathOrRight(code, subCode)) return 'provider-failure';
  if (subCode !== 0) return 'unknown';
  if (code === 0 || isSuccess(code)) return 'ended';
  return BARE[code] ?? (code >= 400 && code < 600 ? 'provider-failure' : 'unknown');
}

/**
 * 603 is a human decline, a fraud block, our own limit of calls at once, or (US carriers since 25 March 2026, FCC 25-15) an
 * analytics block with the words "Network Blocked": only the carrier's own words tell them apart.
 */
function byCarrier(sipCode: number, message: string): CallResult | undefined {
  if (sipCode === 603) return /network|block/i.test(message) ? 'network-refused' : 'declined';
  return BY_CARRIER[sipCode];
}

function byCarrierInSubCode(sipCode: number): CallResult {
  return sipCode === 603 ? 'network-refused' : (BY_CARRIER[sipCode] ?? 'unknown');
}

/** 560xxx and 540xxx end in the SIP code of the carrier, outbound and inbound. */
function isCarriers(subCode: number): boolean {
  return [560, 540].includes(Math.floor(subCode / 1_000));
}

/** What Microsoft's own service generated (510xxx, 511xxx) or refused us for (rights, tokens, identities: 75xx, 76xx). */
function isMicrosofts(subCode: number): boolean {
  return [510, 511].includes(Math.floor(subCode / 1_000)) || (subCode >= 7_500 && subCode <= 7_606);
}

/** A network path that failed, or a right that is missing. */
function isPathOrRight(code: number, subCode: number): boolean {
  if (code === 403) return subCode >= 7_000 && subCode < 8_000;
  return [3100, 3101, 3111, 3112, 301004, MEDIA_LOST, 531004].includes(subCode);
}

function isSuccess(code: number): boolean {
  return code >= 200 && code < 300;
}

/** Whether it is how an answered call ends when the member or we hang up. */
function isOrdinary({ code, subCode }: Said): boolean {
  return (
    code === 0 ||
    (code !== null && isSuccess(code)) ||
    subCode === MEDIA_LOST ||
    subCode === TOO_LONG ||
    isCarriers(subCode)
  );
}
