import { createServer, type RequestListener } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { listen } from './loopback.ts';

/** Who signs, for whom, and when, unless a test says otherwise. */
export const ISSUER = 'https://issuer.example';
export const AUDIENCE = '5f6f0000-0000-4000-8000-000000000001';
export const NOW = Date.parse('2026-03-01T10:00:00Z');

/** Somebody who signs tokens: keys, a key server over real HTTP, and a pen. */
export type Issuer = {
  readonly jwksUrl: string;
  readonly fetches: () => number;
  /** New keys from now on; the old ones are no longer published. */
  rotate(): Promise<void>;
  /** Makes the key server answer 500. */
  breakDown(broken: boolean): void;
  /** Makes it answer something else from now on. */
  answerWith(listener: RequestListener): void;
  /** Makes it think about its answers until it is released. */
  hold(): { release(): void };
  sign(claims?: JWTPayload, header?: { alg?: string; kid?: string; key?: CryptoKey | Uint8Array }): Promise<string>;
  publicJwk(): object;
  close(): Promise<void>;
};

export type IssuerOptions = {
  /** What is in every token that says nothing else of it. */
  readonly claims?: () => JWTPayload;
  /** Keys of somebody else that are published beside its own. */
  readonly others?: readonly object[];
};

// Making a key takes longer than most tests.
const firstKeys = generateKeyPair('RS256', { extractable: true });

export async function startIssuer({ claims = usualClaims, others = [] }: IssuerOptions = {}): Promise<Issuer> {
  let serial = 0;
  let fetches = 0;
  let broken = false;
  let pair = await firstKeys;
  let jwk = await published();
  async function published() {
    serial += 1;
    return { ...(await exportJWK(pair.publicKey)), kid: `key-${serial}`, alg: 'RS256', use: 'sig' };
  }
  let other: RequestListener | null = null;
  let held: Promise<void> | null = null;
  const server = createServer(async (request, response) => {
    fetches += 1;
    await held;
    if (other) return other(request, response);
    response.writeHead(broken ? 500 : 200, { 'content-type': 'application/json' });
    response.end(broken ? '' : JSON.stringify({ keys: [...others, jwk] }));
  });
  const { url, close } = await listen(server);
  return {
    jwksUrl: `${url}/keys`,
    fetches: () => fetches,
    async rotate() {
      pair = await generateKeyPair('RS256', { extractable: true });
      jwk = await published();
    },
    breakDown: (value) => {
      broken = value;
    },
    answerWith: (listener) => {
      other = listener;
    },
    hold() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return { release };
    },
    sign: (own = {}, { alg = 'RS256', kid = jwk.kid, key = pair.privateKey } = {}) =>
      new SignJWT({ ...claims(), ...own }).setProtectedHeader({ alg, kid }).sign(key),
    publicJwk: () => jwk,
    close,
  };
}

function usualClaims(): JWTPayload {
  return { iss: ISSUER, aud: AUDIENCE, nbf: NOW / 1_000 - 60, exp: NOW / 1_000 + 240 };
}
