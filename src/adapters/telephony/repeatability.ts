import { createHash } from 'node:crypto';

/** The headers by which ACS recognises a request that it has carried out already. */
export function repeatabilityHeaders(requestId: string, firstSent: Date): Record<string, string> {
  return { 'Repeatability-Request-ID': requestId, 'Repeatability-First-Sent': firstSent.toUTCString() };
}

/** A UUID in version 4 form, the only one the header takes, that is the same for the same command. */
export function requestIdOf(commandId: string): string {
  const bytes = createHash('sha256').update(commandId).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
