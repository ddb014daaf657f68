import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keyOf } from '../http/keys.ts';
import { signInRig } from './sign-in-rig.ts';

/** Whoever is signed out by somebody else; in the process of the others, because starting one costs more than it does. */
export const signedOut = suite('signed out by somebody else');

const rig = signInRig();
const { clock } = rig;
signedOut.after(() => rig.server.close());

async function signedIn(name: string) {
  const browser = rig.browser();
  assert.is((await browser.post('/console/sign-in', { key: keyOf(name) })).status, 303);
  return browser;
}

signedOut('an Operator ends all sessions of somebody, at every instance within 15 seconds, for a reason', async () => {
  const [anna, again, olga] = [await signedIn('anna'), await signedIn('anna'), await signedIn('operator')];
  const elsewhere = rig.sessionsAgain();
  const place = '/console/operations/sessions';
  const { text } = await olga.get(`${place}?name=coordinator%3Aanna`);
  assert.match(text, /Where Anna Example is signed in/);
  const count = Number(/End all (\d+)/.exec(text)?.[1]);
  assert.ok(count >= 2);
  assert.is((await olga.post(`${place}/end`, { name: 'anna', reason: ' ' })).status, 422);
  assert.is((await anna.post(`${place}/end`, { name: 'operator', reason: 'mine' })).status, 403);
  assert.is((await anna.get('/console')).status, 200);
  const refs = await elsewhere.of({ by: 'api-key', name: 'anna' });
  for (const ref of refs) assert.ok(await elsewhere.find(ref));
  const done = await olga.post(`${place}/end`, { name: 'anna', reason: 'the laptop was lost' });
  assert.equal([done.status, done.location], [303, `${place}?name=anna&ended=${count}`]);
  assert.match((await olga.get(done.location!)).text, /sessions ended.*Nobody is signed in as anna/s);
  for (const browser of [anna, again]) assert.is((await browser.get('/console')).status, 401);
  await clock.advance(15_000);
  for (const ref of refs) assert.is(await elsewhere.find(ref), null);
  assert.is((await olga.get('/console')).status, 200);
});
