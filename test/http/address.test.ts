import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addressOf, placeOf } from '../../src/http/address.ts';
import { as, KEYS } from './keys.ts';
import { startRig } from './rig.ts';

const PEER = '10.0.0.7';

/** What stands in X-Forwarded-For, how many hops are trusted, and where the request comes from. */
const FORWARDED: readonly (readonly [header: string | undefined, hops: number, address: string])[] = [
  [undefined, 0, PEER],
  [undefined, 1, PEER],
  ['198.51.100.4', 0, PEER],
  ['198.51.100.4', 1, '198.51.100.4'],
  // What the caller has invented stands left of what the proxy has seen.
  ['127.0.0.1, 198.51.100.4', 1, '198.51.100.4'],
  ['1.1.1.1,2.2.2.2,198.51.100.4,203.0.113.1', 2, '198.51.100.4'],
  // Somebody who comes around the first of two proxies.
  ['198.51.100.4', 2, PEER],
  ['198.51.100.4, ', 1, PEER],
  ['', 1, PEER],
  ['unknown', 1, PEER],
  ['198.51.100.4, M-1001', 1, PEER],
  ['198.51.100.4, 999.1.1.1', 1, PEER],
  ['198.51.100.4, 10.0.0.0/8', 1, PEER],
  ['198.51.100.4, fe80::1%eth0', 1, PEER],
  ['198.51.100.4, [::1', 1, PEER],
  ['198.51.100.4:51234', 1, '198.51.100.4'],
  ['[2001:DB8::1]:51234', 1, '2001:db8::1'],
  ['[2001:db8::1]', 1, '2001:db8::1'],
  ['2001:db8:0:0:0:0:0:1', 1, '2001:db8::1'],
  ['::ffff:198.51.100.4', 1, '198.51.100.4'],
  ['0:0:0:0:0:ffff:c633:6404', 1, '198.51.100.4'],
];

for (const [header, hops, address] of FORWARDED) {
  test(`X-Forwarded-For "${header}" behind ${hops} proxies is ${address}`, () => {
    const headers = header === undefined ? {} : { 'x-forwarded-for': header };
    assert.is(addressOf({ headers, socket: { remoteAddress: PEER } as never }, hops), address);
  });
}

test('a peer on a socket for both versions is called by its IPv4 address; of one that is gone nothing is known', () => {
  const of = (remoteAddress: string | undefined) => addressOf({ headers: {}, socket: { remoteAddress } as never }, 0);
  assert.equal(['::ffff:127.0.0.1', '::1', 'fe80::1%eth0', undefined].map(of), [
    '127.0.0.1',
    '::1',
    'fe80::1%eth0',
    '',
  ]);
});

test('an IPv6 subscriber is one place, whatever address of the network they take; an IPv4 address is one by itself', () => {
  for (const [address, place] of [
    ['198.51.100.4', '198.51.100.4'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::198.51.100.4', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ] as const) {
    assert.is(placeOf(address), place, address);
  }
});

test('the address that was found is what the log of who looked and of who was turned away bears', async () => {
  const rig = await startRig({ staff: KEYS, trustedHops: 1 });
  const forwarded = { 'x-forwarded-for': '203.0.113.66, 198.51.100.4' };
  await rig.server.inject({ url: '/api/calls', headers: { ...as('coordinator'), ...forwarded } });
  await rig.server.inject({ url: '/api/calls', headers: forwarded });
  assert.is(rig.audit.seen[0]?.address, '198.51.100.4');
  assert.is(rig.audit.turnedAway[0]?.address, '198.51.100.4');
  await rig.close();
});

test('without keys nobody comes in through a proxy, also where its word is taken', async () => {
  const rig = await startRig({ trustedHops: 1 });
  for (const header of ['x-forwarded-for', 'forwarded', 'x-forwarded-proto', 'true-client-ip', 'via']) {
    const response = await rig.server.inject({ url: '/api/calls', headers: { [header]: '127.0.0.1' } });
    assert.is(response.statusCode, 403, header);
  }
  await rig.close();
});

test('nobody asks in another way where a request comes from', () => {
  const folder = new URL('../../src/http/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const asking = files.filter((name) =>
    /\b(?:request|req)\.ips?\b|remoteAddress/.test(readFileSync(new URL(name, folder), 'utf8')),
  );
  // Whoever needs no login must be on this machine: that is of the peer, whatever a proxy says.
  assert.equal(asking.sort(), ['address.ts', 'staff-auth.ts']);
});

test.run();
