import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodedAnew } from '../../src/simulator/wire/encoded-anew.ts';
import { connectedCall } from './rig.ts';
import { rigTest } from './suite.ts';

const parameters = (uri: string): string[][] => [...new URL(uri).searchParams];

test('an address encoded anew is another text and says the same', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))), (pairs) => {
      const uri = `https://callistra.example/api/calls/events?${new URLSearchParams(pairs)}`;
      const anew = encodedAnew(uri);
      assert.is.not(anew, uri);
      assert.equal(parameters(anew).reverse(), parameters(uri));
      assert.equal([new URL(anew).origin, new URL(anew).pathname], [new URL(uri).origin, new URL(uri).pathname]);
    }),
  );
});

test('port, order, escapes and spaces are what differs', () => {
  assert.is(encodedAnew('https://a.example/e?x=a%2Fb+c~d&y=1-2'), 'https://a.example:443/e?y=1%2d2&x=a%2fb%20c%7ed');
  assert.is(encodedAnew('http://127.0.0.1:81/e?x=a%20b'), 'http://127.0.0.1:81/e?x=a+b');
});

rigTest(
  'who asks for a call is told its callback address another way, and as it was where that is off',
  {},
  async (rig) => {
    const { connection } = await connectedCall(rig);
    const told = async (): Promise<unknown> => {
      const properties: object = await connection.getCallConnectionProperties();
      return Reflect.get(properties, 'callbackUri');
    };
    assert.is(await told(), encodedAnew(rig.callbackUrl));
    rig.simulator.setFaults({ callbackUriEncodedAnew: false });
    assert.is(await told(), rig.callbackUrl);
  },
);

test.run();
