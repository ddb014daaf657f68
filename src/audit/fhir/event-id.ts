import { createHash } from 'node:crypto';

/** The id of the n-th event of an entry: a UUID of version 8 made of where it stands, so that it is the same each time. */
export function eventId({ stream, version }: { readonly stream: string; readonly version: number }, n: number): string {
  return uuidOf(JSON.stringify(['AuditEvent', stream, version, n]));
}

export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
