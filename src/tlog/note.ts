import { sign, verify } from 'node:crypto';
import { COSIGNATURE, ED25519, type Signer, type Verifier } from './keys.ts';

/** A signed note (C2SP signed-note): a text that ends in a newline, and lines of signatures behind an empty one. */
export type Note = { readonly text: string; readonly signatures: readonly SignatureLine[] };

/** `bytes`: what stands behind the four bytes of the key's id. */
export type SignatureLine = { readonly name: string; readonly id: Buffer; readonly bytes: Buffer };

const ID_BYTES = 4;
/** Em dash. Written out: it looks like other dashes. */
const MARK = '\u2014';
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/;

/** The bytes of a note with these signatures. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(lineOf).join('')}`;
}

function lineOf({ name, id, bytes }: SignatureLine): string {
  return `${MARK} ${name} ${Buffer.concat([id, bytes]).toString('base64')}\n`;
}

/** Reads a note; null when it is none. Its signatures are not checked. */
export function readNote(note: string): Note | null {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || CONTROL.test(note) || !note.endsWith('\n')) return null;
  const signatures: SignatureLine[] = [];
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const parts = /^\u2014 ([^ +]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
    const bytes = Buffer.from(parts?.[2] ?? '', 'base64');
    if (!parts || bytes.length <= ID_BYTES) return null;
    signatures.push({ name: parts[1]!, id: bytes.subarray(0, ID_BYTES), bytes: bytes.subarray(ID_BYTES) });
  }
  return { text: note.slice(0, end + 1), signatures };
}

/** Signs a text as the owner of the log. @throws TypeError for a text that is none of a note */
export function signText(text: string, signer: Signer): SignatureLine {
  if (!text.endsWith('\n') || CONTROL.test(text)) throw new TypeError('the text of a note ends in a newline');
  return { name: signer.name, id: signer.id, bytes: sign(null, Buffer.from(text), signer.privateKey) };
}

/** Signs a text as a witness, with the time at which it was seen (C2SP tlog-cosignature). @param seconds since 1970 */
export function cosignText(text: string, signer: Signer, seconds: number): SignatureLine {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = sign(null, cosignedBytes(text, seconds), signer.privateKey);
  return { name: signer.name, id: signer.id, bytes: Buffer.concat([time, signature]) };
}

function cosignedBytes(text: string, seconds: number | bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** What a verifier's signature under a note says: nothing there, a false one, or a sound one, a witness's with its time. */
export type Signed = 'unsigned' | 'false' | { readonly seconds: number | null };

/** Whether this verifier has signed. Lines of others are passed over: that is how keys change and witnesses cosign. */
export function signedBy({ text, signatures }: Note, verifier: Verifier): Signed {
  const own = signatures.filter(({ name, id }) => name === verifier.name && id.equals(verifier.id));
  let sound: Signed = 'unsigned';
  for (const { bytes } of own) {
    const read = check(text, bytes, verifier);
    if (read === null) return 'false';
    sound = read;
  }
  return sound;
}

function check(text: string, bytes: Buffer, { kind, publicKey }: Verifier): { readonly seconds: number | null } | null {
  if (kind === ED25519) return verify(null, Buffer.from(text), publicKey, bytes) ? { seconds: null } : null;
  if (kind !== COSIGNATURE || bytes.length <= 8) return null;
  const seconds = bytes.readBigUInt64BE();
  return verify(null, cosignedBytes(text, seconds), publicKey, bytes.subarray(8)) ? { seconds: Number(seconds) } : null;
}

/** Whether the note is to be believed: signed soundly by one of these, and falsely by none. */
export function isSignedByOne(note: Note, verifiers: readonly Verifier[]): boolean {
  const all = verifiers.map((verifier) => signedBy(note, verifier));
  return !all.includes('false') && all.some((signed) => signed !== 'unsigned');
}
