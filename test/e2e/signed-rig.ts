import http from 'node:http';
import { storeFiles } from '../../src/composition/stores.ts';
import { callbackKeysMadeIn } from '../../src/config/callback-key.ts';
import { createCallSecrets } from '../../src/identity/call-secrets.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { cloudEvent } from '../support/callbacks.ts';
import { freePort } from '../support/free-port.ts';
import { startIssuer } from '../support/issuer.ts';
import { type Person, type Rig, scriptsOf, startRig } from './rig.ts';

export const ISSUER = 'https://acs.test.example';
export const AUDIENCE = '00000000-5133-4a7c-9000-0000000000aa';
/** Another resource of the same provider: its tokens are genuine and not for us. */
export const FOREIGN_AUDIENCE = '00000000-5133-4a7c-9000-0000000000bb';

export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly headers: string;
  readonly body: string;
};

/** One delivery, as ACS makes it unless told otherwise. */
export type Delivery = {
  readonly body?: string | Buffer;
  /** Null leaves the header out. */
  readonly token?: string | null;
  readonly secret?: string | null;
  readonly contentType?: string;
};

/** A server that trusts the simulator and, beside it, whoever the test signs as. */
export type SignedRig = Rig & {
  /** A token that the server believes unless audience or time say otherwise. */
  sign(claims?: Claims): Promise<string>;
  /** The secret in the callback address of a call. */
  secretOf(callSessionId: string): string;
  deliver(callSessionId: string, delivery?: Delivery): Promise<Answer>;
};

/** @param more settings besides; with stores outside the server also CALLBACK_SECRET_KEY */
export async function startSignedRig(
  people: readonly Person[],
  more: Readonly<Record<string, string>> = {},
): Promise<SignedRig> {
  const simulator = await startSimulator({
    seed: 1,
    timeScale: 1,
    callsPerCallerId: 0,
    issuer: ISSUER,
    resourceId: AUDIENCE,
    members: scriptsOf(people),
  });
  const signer = await signerBeside(simulator);
  const port = await freePort();
  const env = {
    PORT: String(port),
    PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    ...simulator.settings,
    ACS_JWKS_URI: signer.jwksUrl,
    ...more,
  };
  const rig = await startRig({ people, outside: simulator, env });
  const key = more['CALLBACK_SECRET_KEY'];
  const secrets = createCallSecrets(
    key === undefined ? callbackKeysMadeIn(storeFiles(rig.dataDir).callbackKey)[0]!.key : Buffer.from(key),
  );
  const agent = new http.Agent({ keepAlive: true });
  const { sign } = signer;
  const believed = await sign();
  return {
    ...rig,
    sign,
    secretOf: secrets.of,
    deliver(callSessionId, { token = believed, secret = secrets.of(callSessionId), ...rest } = {}) {
      const query = new URLSearchParams({ call: callSessionId, ...(secret !== null && { secret }) });
      const headers = {
        'content-type': rest.contentType ?? 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      };
      const body = rest.body ?? JSON.stringify([cloudEvent()]);
      return post(agent, `${rig.url}/api/calls/events?${query}`, headers, body);
    },
    async close() {
      agent.destroy();
      await rig.close();
      await simulator.close();
      await signer.close();
    },
  };
}

type Claims = { readonly audience?: string; readonly nowMs?: number };

const LIFETIME_S = 300;

/** Somebody who signs as the simulator does, with a key of its own beside the simulator's. */
async function signerBeside(simulator: Simulator) {
  const { keys } = (await (await fetch(simulator.jwksUrl)).json()) as { keys: object[] };
  const issuer = await startIssuer({ others: keys });
  return {
    jwksUrl: issuer.jwksUrl,
    close: issuer.close,
    sign({ audience = AUDIENCE, nowMs = Date.now() }: Claims = {}): Promise<string> {
      const nowS = Math.floor(nowMs / 1_000);
      return issuer.sign({ iss: ISSUER, aud: audience, iat: nowS, nbf: nowS, exp: nowS + LIFETIME_S });
    },
  };
}

/** Not fetch, which takes longer for ten thousand requests than the server for answering them. */
function post(agent: http.Agent, url: string, headers: Record<string, string>, body: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: String(response.headers['content-type']),
          headers: JSON.stringify(response.headers),
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
