import { createHash, hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, errors } from 'jose';
import { createBoundedMap } from '../base/bounded-map.ts';

/** Values that somebody keeps for us without being able to read or change them. */
export type Seal = {
  /** As text that a cookie may hold. */
  seal(value: object): Promise<string>;
  /** Null: it is not ours, or was sealed with a key that is none any more. Whether its time has come it does not know. */
  open(text: string): Promise<Readonly<Record<string, unknown>> | null>;
};

const HEADER = { alg: 'dir', enc: 'A256GCM' } as const;
/** A browser sends no larger cookie. */
const SEALED_MAX = 4_096;
/** Some 500 kB, as a session's is. */
const OPENED_MAX = 500;

type Key = { readonly kid: string; readonly bytes: Uint8Array };

/**
 * @param secrets the first seals; those of before still open
 * @param purpose what is sealed for one is not opened for another
 */
export function createSeal(secrets: readonly Buffer[], purpose: string): Seal {
  const keys = secrets.map((secret) => keyOf(secret, purpose));
  // A browser brings the same with each page.
  const opened = createBoundedMap<Readonly<Record<string, unknown>>>(OPENED_MAX);
  return {
    seal(value) {
      const { kid, bytes } = keys[0]!;
      const plain = new TextEncoder().encode(JSON.stringify(value));
      return new CompactEncrypt(plain).setProtectedHeader({ ...HEADER, kid }).encrypt(bytes);
    },
    async open(text) {
      if (text.length > SEALED_MAX) return null;
      const known = opened.get(text);
      if (known) return known;
      try {
        const { kid } = decodeProtectedHeader(text);
        const key = keys.find((each) => each.kid === kid);
        if (!key) return null;
        const { plaintext } = await compactDecrypt(text, key.bytes, {
          keyManagementAlgorithms: [HEADER.alg],
          contentEncryptionAlgorithms: [HEADER.enc],
        });
        const value = JSON.parse(new TextDecoder().decode(plaintext));
        opened.set(text, value);
        return value;
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
        throw error;
      }
    },
  };
}

function keyOf(secret: Buffer, purpose: string): Key {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, '', `callistra ${purpose}`, 32));
  return { kid: createHash('sha256').update(bytes).digest('base64url').slice(0, 8), bytes };
}
