import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';

/** How a signature line is made, by the first byte of what stands behind its key (C2SP signed-note). */
export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;

/** Who can check a note: a name, a key of Ed25519 and its kind. */
export type Verifier = {
  readonly name: string;
  /** The first four bytes of a hash over name, kind and key. */
  readonly id: Buffer;
  readonly kind: typeof ED25519 | typeof COSIGNATURE;
  readonly publicKey: KeyObject;
  /** The line that an auditor needs: `name+id+key`. */
  readonly line: string;
};

/** Who can sign. */
export type Signer = Verifier & { readonly privateKey: KeyObject };

/** What stands before the 32 bytes of a key in DER (RFC 8410). */
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;
const NAME = /^[^\s+\p{Cc}]+$/u;

export function isKeyName(name: string): boolean {
  return NAME.test(name) && name.length <= 255;
}

/** @param seed 32 random bytes. @throws TypeError for a name with spaces or a plus, and another length of seed */
export function signerOf(name: string, seed: Uint8Array, kind: Verifier['kind'] = ED25519): Signer {
  if (!isKeyName(name)) throw new TypeError('the name of a key has no spaces, no plus and at most 255 characters');
  if (seed.length !== KEY_BYTES) throw new TypeError(`the seed of a key has ${KEY_BYTES} bytes`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const bytes = publicKey.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length);
  return { ...verifierOf(name, bytes, kind), privateKey };
}

export function freshSeed(): Buffer {
  return randomBytes(KEY_BYTES);
}

function verifierOf(name: string, key: Buffer, kind: Verifier['kind']): Verifier {
  const id = keyId(name, key, kind);
  const publicKey = createPublicKey({ key: Buffer.concat([PUBLIC_DER, key]), format: 'der', type: 'spki' });
  const line = `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.of(kind), key]).toString('base64')}`;
  return { name, id, kind, publicKey, line };
}

function keyId(name: string, key: Buffer, kind: number): Buffer {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.concat([Buffer.of(kind), key]))
    .digest()
    .subarray(0, 4);
}

/** Reads the line of a verifier; null when it is none, or its id is not that of its key. */
export function readVerifier(line: string): Verifier | null {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(line.trim());
  if (!parts) return null;
  const [, name = '', id = '', text = ''] = parts;
  const bytes = Buffer.from(text, 'base64');
  const kind = bytes[0];
  if (!isKeyName(name) || bytes.length !== KEY_BYTES + 1 || (kind !== ED25519 && kind !== COSIGNATURE)) return null;
  const verifier = verifierOf(name, bytes.subarray(1), kind);
  return verifier.id.toString('hex') === id ? verifier : null;
}

/** The same key under another name, which makes it another signer. @throws TypeError as `signerOf` does */
export function renamed(signer: Signer, name: string): Signer {
  return signer.name === name ? signer : signerOf(name, seedOf(signer), signer.kind);
}

function seedOf({ privateKey }: Signer): Buffer {
  return privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PRIVATE_DER.length);
}

/** The line that a secret key is kept as: `PRIVATE+KEY+name+id+seed`. */
export function secretLine(signer: Signer): string {
  const { name, id, kind } = signer;
  const secret = Buffer.concat([Buffer.of(kind), seedOf(signer)]);
  return `PRIVATE+KEY+${name}+${id.toString('hex')}+${secret.toString('base64')}`;
}

/** Reads the line of a secret key; null when it is none, or its id is not that of its key. */
export function readSigner(line: string): Signer | null {
  const parts = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(line.trim());
  if (!parts) return null;
  const [, name = '', id = '', text = ''] = parts;
  const bytes = Buffer.from(text, 'base64');
  const kind = bytes[0];
  if (!isKeyName(name) || bytes.length !== KEY_BYTES + 1 || (kind !== ED25519 && kind !== COSIGNATURE)) return null;
  const signer = signerOf(name, bytes.subarray(1), kind);
  return signer.id.toString('hex') === id ? signer : null;
}
