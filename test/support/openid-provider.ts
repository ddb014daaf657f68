import { createServer, type IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import Provider, { type ClientMetadata, type KoaContextWithOIDC } from 'oidc-provider';
import { listen } from './loopback.ts';

/** What the provider says of somebody, beside who they are to it. */
export type Claims = { readonly oid?: string; readonly tid?: string; readonly roles?: readonly string[] };

export const TENANT = '00000000-0000-4000-8000-0000000000aa';
export const CLIENT = '00000000-0000-4000-8000-0000000000cc';
export const CLIENT_SECRET = 'the-secret-of-the-console-0123456789';

/** A real OpenID provider, at the address of a tenant as Entra ID has it. */
export type OpenIdProvider = {
  readonly issuer: string;
  /** Who sits before the browser; whoever is asked to prove it, does. */
  person: Claims;
  /** How often somebody had to prove it. */
  proofs(): number;
  /** Goes to the provider as somebody's browser does. @returns where it is sent back to */
  visit(url: string, cookies?: Map<string, string>): Promise<string>;
  /** What the client may prove itself with instead of its secret, once `usesAssertion` is set. */
  assertion(): Promise<string>;
  close(): Promise<void>;
};

type Options = { readonly redirectUri: string; readonly usesAssertion?: boolean };

// Making a key takes longer than most tests.
const keys = Promise.all([
  generateKeyPair('RS256', { extractable: true }),
  generateKeyPair('RS256', { extractable: true }),
]);

export async function startOpenIdProvider({ redirectUri, usesAssertion = false }: Options): Promise<OpenIdProvider> {
  const [own, clients] = await keys;
  const jwk = { ...(await exportJWK(own.privateKey)), kid: 'own', alg: 'RS256', use: 'sig' };
  const clientJwk = { ...(await exportJWK(clients.publicKey)), kid: 'client', alg: 'RS256', use: 'sig' };
  const client: ClientMetadata = {
    client_id: CLIENT,
    redirect_uris: [redirectUri],
    require_auth_time: true,
    ...(usesAssertion
      ? { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [clientJwk as JWK] } }
      : { token_endpoint_auth_method: 'client_secret_post', client_secret: CLIENT_SECRET }),
  } as ClientMetadata;
  const state = { person: {} as Claims, proofs: 0 };
  const people: Claims[] = [];
  const path = `/${TENANT}/v2.0`;
  let handle: ReturnType<Provider['callback']> = () => Promise.resolve();
  let provider: Provider | null = null;
  const server = createServer(async (request, response) => {
    const { url = '' } = request;
    if (url.startsWith('/interaction/') && provider) {
      state.proofs += 1;
      if (!people.includes(state.person)) people.push(state.person);
      const login = { accountId: String(people.indexOf(state.person)) };
      response.writeHead(302, { location: await provider.interactionResult(request, response, { login }) }).end();
      return;
    }
    // As a framework does that mounts it under a path.
    (request as IncomingMessage & { originalUrl?: string }).originalUrl = url;
    request.url = url.slice(path.length);
    void handle(request, response);
  });
  const { url, close } = await listen(server);
  const issuer = `${url}${path}`;
  provider = new Provider(issuer, {
    clients: [client],
    jwks: { keys: [jwk] } as never,
    cookies: { keys: ['a key of the provider'] },
    claims: { openid: ['sub', 'oid', 'tid', 'roles'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[Number(id)] }) }),
    loadExistingGrant,
  });
  handle = provider.callback();

  return {
    issuer,
    get person() {
      return state.person;
    },
    set person(person) {
      state.person = person;
    },
    proofs: () => state.proofs,
    visit: (first, cookies = new Map()) => visit(first, cookies, redirectUri),
    assertion: () =>
      new SignJWT({ iss: CLIENT, sub: CLIENT, aud: issuer, jti: `${Math.random()}` })
        .setProtectedHeader({ alg: 'RS256', kid: 'client' })
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(clients.privateKey),
    close,
  };
}

/** Nobody is asked whether the console may know who they are. */
async function loadExistingGrant({ oidc }: KoaContextWithOIDC) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! });
  grant.addOIDCScope('openid');
  await grant.save();
  return grant;
}

async function visit(first: string, cookies: Map<string, string>, until: string): Promise<string> {
  for (let url = first, hops = 0; hops < 10; hops += 1) {
    if (url.startsWith(until)) return url;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`the provider answers ${response.status}: ${await response.text()}`);
    url = new URL(location, url).href;
  }
  throw new Error('the provider sends nobody back');
}
