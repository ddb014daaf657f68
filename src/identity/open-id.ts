import * as openid from 'openid-client';
import type { Clock } from '../base/clock.ts';
import { CodedError } from '../base/coded-error.ts';
import { ask, bytesWithin } from '../net/ask.ts';
import { ROLES, type Role } from './staff.ts';

/** Nobody can sign in now: the provider cannot be reached, or has something against us. Never holds what was sent. */
export class SignInError extends CodedError<'SIGN_IN_UNAVAILABLE'> {
  override readonly name = 'SignInError';
}

/** What a browser keeps between the two halves of a sign-in; sealed, and used once. */
export type Flow = {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly beganMs: number;
  /** Whether whoever it is had to prove it again. */
  readonly again: boolean;
};

/** Who has signed in. `tenantId`: empty where the token names none. */
export type SignedIn = { readonly name: string; readonly tenantId: string; readonly roles: readonly Role[] };

/** `answer`: what came back is not the answer to what was asked, or was used before. `identity`: it names nobody. `old`: proven earlier. */
export type SignInRefusal = 'answer' | 'denied' | 'identity' | 'old';

/** The client's part of OpenID: sends people to where they prove who they are, and reads what comes back. */
export type OpenIdClient = {
  /** @param again whoever it is must prove it again. @throws SignInError */
  begin(again: boolean): Promise<{ readonly url: string; readonly flow: Flow }>;
  /** @param url the address that the browser came back to. @throws SignInError */
  finish(url: URL, flow: Flow): Promise<{ readonly person: SignedIn } | { readonly refusal: SignInRefusal }>;
  /** Where the provider itself is signed out of; null: it names no such place. @throws SignInError */
  endUrl(returnTo: string): Promise<string | null>;
};

type OpenIdConfig = {
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** How the client proves itself: a secret, or what the managed identity gives out. */
  readonly proof: { readonly secret: string } | { readonly assertion: () => Promise<string> };
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
};

const FETCH_TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 1024 ** 2;
/** What the provider says of itself is asked for again now and then: endpoints move. */
const KNOWN_MS = 3_600_000;
/** A flow takes as long as people look for their telephones. */
export const FLOW_MS = 15 * 60_000;
const CLOCKS_DIFFER_SECONDS = 300;

export function createOpenIdClient(config: OpenIdConfig): OpenIdClient {
  const { redirectUri, clock } = config;
  let known: { readonly provider: Promise<openid.Configuration>; readonly atMs: number } | null = null;
  const provider = (): Promise<openid.Configuration> => {
    if (known && clock.monotonicMs() - known.atMs < KNOWN_MS) return known.provider;
    const one = { provider: discover(config), atMs: clock.monotonicMs() };
    known = one;
    one.provider.catch(() => {
      if (known === one) known = null;
    });
    return one.provider;
  };

  return {
    async begin(again) {
      const verifier = openid.randomPKCECodeVerifier();
      const flow = { state: openid.randomState(), nonce: openid.randomNonce(), verifier, beganMs: clock.now(), again };
      const url = openid.buildAuthorizationUrl(await orUnavailable(provider()), {
        redirect_uri: redirectUri,
        scope: 'openid',
        response_type: 'code',
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: flow.state,
        nonce: flow.nonce,
        ...(again && { prompt: 'login' }),
      });
      return { url: url.href, flow };
    },
    async finish(url, flow) {
      if (Math.abs(clock.now() - flow.beganMs) > FLOW_MS) return { refusal: 'answer' };
      const known = await orUnavailable(provider());
      const { state: expectedState, nonce: expectedNonce, verifier: pkceCodeVerifier } = flow;
      const checks = { expectedState, expectedNonce, pkceCodeVerifier, idTokenExpected: true };
      try {
        const tokens = await openid.authorizationCodeGrant(known, url, checks, { redirect_uri: redirectUri });
        return personIn(tokens.claims() ?? {}, flow);
      } catch (error) {
        return { refusal: refusalOf(error) };
      }
    },
    async endUrl(returnTo) {
      const { end_session_endpoint: place } = (await orUnavailable(provider())).serverMetadata();
      if (!place) return null;
      return openid.buildEndSessionUrl(await provider(), { post_logout_redirect_uri: returnTo }).href;
    },
  };
}

function discover({ issuer, clientId, proof }: OpenIdConfig): Promise<openid.Configuration> {
  const isHere = issuer.startsWith('http:');
  return openid.discovery(
    new URL(issuer),
    clientId,
    { [openid.clockTolerance]: CLOCKS_DIFFER_SECONDS, id_token_signed_response_alg: 'RS256' },
    'secret' in proof ? openid.ClientSecretPost(proof.secret) : byAssertion(proof.assertion),
    {
      [openid.customFetch]: askProvider,
      // Of the token's signature, beside the connection that it came by.
      execute: [openid.enableNonRepudiationChecks, ...(isHere ? [openid.allowInsecureRequests] : [])],
    },
  );
}

/** By the rule about proxies, and no more of an answer than it can mean. */
async function askProvider(url: string, options: openid.CustomFetchOptions): Promise<Response> {
  const { method, headers, body } = options;
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const answer = await ask(url, { method, headers, body: body ?? null, signal } as RequestInit);
  const bytes = await bytesWithin(answer, ANSWER_BYTES_MAX);
  const { status } = answer;
  return new Response(bytes.length > 0 ? new Uint8Array(bytes) : null, { status, headers: answer.headers });
}

/** RFC 7523: a token that somebody else gave out proves who the client is. */
function byAssertion(assertion: () => Promise<string>): openid.ClientAuth {
  return async (_provider, { client_id }, body) => {
    body.set('client_id', client_id);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', await assertion());
  };
}

async function orUnavailable<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw new SignInError('SIGN_IN_UNAVAILABLE', 'the provider cannot be asked', { cause: error });
  }
}

/** Whose fault it is: what the browser brought, or that the provider takes nothing from us at the moment. */
function refusalOf(error: unknown): SignInRefusal {
  if (error instanceof openid.AuthorizationResponseError) return error.error === 'access_denied' ? 'denied' : 'answer';
  // A code that was used, or is none.
  if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant') return 'answer';
  if (error instanceof openid.ClientError && OF_ANSWERS.includes(error.code ?? '')) return 'answer';
  throw new SignInError('SIGN_IN_UNAVAILABLE', wordsOf(error), { cause: error });
}

/** State, issuer, nonce, audience and times that are not those that were asked for. */
const OF_ANSWERS = [
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
];

/** Of the provider's words its code alone: what else it says may name somebody. */
function wordsOf(error: unknown): string {
  if (error instanceof openid.ResponseBodyError) return `the provider refuses us: ${error.error}`;
  return 'the provider cannot be asked';
}

type Claims = Readonly<Record<string, unknown>>;

/** `oid` never changes and is no name; `roles` are those of the registration (Microsoft identity platform, ID token claims). */
function personIn({ oid, tid, roles, auth_time }: Claims, { again, beganMs }: Flow) {
  if (typeof oid !== 'string' || !/^[A-Za-z0-9-]{1,64}$/.test(oid)) return { refusal: 'identity' } as const;
  // Not every provider says when; one that does must not say that it was before.
  const isOld = typeof auth_time === 'number' && auth_time + CLOCKS_DIFFER_SECONDS < beganMs / 1_000;
  if (again && isOld) return { refusal: 'old' } as const;
  const given: readonly unknown[] = Array.isArray(roles) ? roles : [];
  const tenantId = typeof tid === 'string' ? tid : '';
  return { person: { name: oid, tenantId, roles: ROLES.filter((role) => given.includes(role)) } };
}
