import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SignIn } from '../../src/console/deps.ts';
import type { OpenIdClient } from '../../src/identity/open-id.ts';
import { routesOf } from '../http/routes-of.ts';
import { fullRig } from './full-rig.ts';
import { sealsOf } from './sign-in-rig.ts';
import { ask, BY_ENTRA, BY_KEY, pathOf, ROWS } from './table.ts';

/** Whoever is not signed in; in the process of the others, because starting one costs more than they do. */
export const nobody = suite('nobody in the console');

const PUBLIC = 'https://calls.example';
const signIn: SignIn = { publicBaseUrl: PUBLIC, idleMs: 900_000, seals: sealsOf(['s'.repeat(32)]), entra: null };
const unasked = (): never => {
  throw new TypeError('nobody signs in here');
};
const client: OpenIdClient = { begin: unasked, finish: unasked, endUrl: unasked };

nobody('where people sign in are those routes alone that are for whoever is not signed in yet', async () => {
  const known = new Set(ROWS.map(({ method, route }) => `${method} ${route}`));
  for (const [entra, outside] of [
    [null, BY_KEY],
    [{ tenantId: 'a-tenant', client }, BY_ENTRA],
  ] as const) {
    const { server } = fullRig({ signIn: { ...signIn, entra } });
    await server.ready();
    const routes = routesOf(server).filter(({ url }) => url === '/' || url.startsWith('/console'));
    const named = routes.map(({ method, url }) => `${method} ${url}`);
    assert.equal(named.filter((each) => !known.has(each)).sort(), [...outside].sort());
    await server.close();
  }
});

nobody('whoever is not signed in is shown nothing, and nothing is done for them, wherever they knock', async () => {
  const { server, fake, audit } = fullRig({ signIn });
  for (const row of ROWS.filter(({ isOpen }) => !isOpen)) {
    const { statusCode, body, headers } = await ask(server, row, 'Coordinator');
    const at = `${row.method} ${pathOf(row)}`;
    assert.equal([statusCode, headers['cache-control']], [401, 'no-store'], at);
    assert.not.match(body, /2001|canary/i, at);
  }
  const reached = Object.entries(fake.asked).filter(([, asked]) => asked.length > 0);
  assert.equal([reached, audit.seen, fake.people.length], [[], [], 2]);
  await server.close();
});
