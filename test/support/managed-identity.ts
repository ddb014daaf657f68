import http, { type ServerResponse } from 'node:http';
import { SignJWT } from 'jose';
import { listen } from './loopback.ts';

/** What Container Apps puts beside a container to give it tokens (learn.microsoft.com, managed identities, REST endpoint). */
export type ManagedIdentity = {
  /** What the platform puts into the environment, and which of the app's identities it is. */
  readonly env: Readonly<Record<'IDENTITY_ENDPOINT' | 'IDENTITY_HEADER' | 'AZURE_CLIENT_ID', string>>;
  /** All requests, oldest first. */
  readonly requests: readonly TokenRequest[];
  /** All tokens given out. */
  readonly tokens: readonly string[];
  close(): Promise<void>;
};

export type TokenRequest = {
  readonly resource: string | null;
  readonly clientId: string | null;
  readonly apiVersion: string | null;
  readonly header: string | undefined;
};

const CLIENT_ID = '6f0a4c52-0b1e-4d2b-9a64-0c0f5b1f7a11';
const TENANT_ID = 'ab1f708d-50f6-404c-a006-d71b2ac7a606';
const HEADER = 'the-secret-of-this-container';
const LIFETIME_S = 3_600;

/** Gives tokens for everything to whoever knows the header and names the one identity there is. */
export async function startManagedIdentity(): Promise<ManagedIdentity> {
  const requests: TokenRequest[] = [];
  const tokens: string[] = [];
  const server = http.createServer(async ({ url: path = '/', headers }, response) => {
    const { searchParams } = new URL(path, 'http://127.0.0.1');
    const header = headers['x-identity-header']?.toString();
    const [resource, clientId] = [searchParams.get('resource'), searchParams.get('client_id')];
    requests.push({ resource, clientId, apiVersion: searchParams.get('api-version'), header });
    if (header !== HEADER) return reply(response, 401, { message: 'the header is missing or wrong' });
    if (clientId !== CLIENT_ID || resource === null) return reply(response, 400, { message: 'no such identity' });
    const expiresAtS = Math.floor(Date.now() / 1_000) + LIFETIME_S;
    const token = await tokenFor(resource, expiresAtS);
    tokens.push(token);
    const granted = { access_token: token, expires_on: String(expiresAtS), resource, token_type: 'Bearer' };
    return reply(response, 200, { ...granted, client_id: clientId });
  });
  const { url, close } = await listen(server);
  return {
    env: { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: HEADER, AZURE_CLIENT_ID: CLIENT_ID },
    requests,
    tokens,
    close,
  };
}

/** As Entra ID's of version 1; nobody here can look at the signature. */
function tokenFor(resource: string, expiresAtS: number): Promise<string> {
  return new SignJWT({ appid: CLIENT_ID, tid: TENANT_ID })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(`https://sts.windows.net/${TENANT_ID}/`)
    .setAudience(resource)
    .setIssuedAt(expiresAtS - LIFETIME_S)
    .setNotBefore(expiresAtS - LIFETIME_S)
    .setExpirationTime(expiresAtS)
    .sign(Buffer.alloc(32, 'key'));
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
