import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Environment,
  ProxyError,
  proxyFor,
  proxyProblems,
  proxyWarnings,
  useProxiesOf,
} from '../../src/net/proxy.ts';

const ONE = 'http://one.example:3128';
const OTHER = 'http://other.example:3128';
const ACS = 'https://plan.communication.azure.com/calling';
const PLAIN = 'http://intranet.example/';

const through = (address: string, env: Environment): string | null => proxyFor(address, env)?.origin ?? null;

const SPELLINGS: readonly (readonly [env: Environment, https: string | null, http: string | null])[] = [
  [{}, null, null],
  [{ HTTPS_PROXY: ONE }, ONE, null],
  [{ https_proxy: ONE }, ONE, null],
  [{ HTTP_PROXY: ONE }, ONE, ONE],
  [{ http_proxy: ONE }, ONE, ONE],
  [{ ALL_PROXY: ONE }, ONE, ONE],
  [{ all_proxy: ONE }, ONE, ONE],
  [{ HTTPS_PROXY: ONE, HTTP_PROXY: OTHER }, ONE, OTHER],
  [{ HTTPS_PROXY: ONE, ALL_PROXY: OTHER }, ONE, OTHER],
  [{ https_proxy: ONE, HTTPS_PROXY: OTHER }, ONE, null],
  [{ https_proxy: '  ', HTTPS_PROXY: ONE }, ONE, null],
  [{ HTTPS_PROXY: 'https://one.example' }, 'https://one.example', null],
];

for (const [env, https, http] of SPELLINGS) {
  test(`${JSON.stringify(env)} names the proxy`, () => {
    assert.equal([through(ACS, env), through(PLAIN, env)], [https, http]);
  });
}

test('what a process has found for a host is remembered for that host only, and until other variables count', () => {
  try {
    useProxiesOf({ HTTPS_PROXY: ONE, NO_PROXY: 'b.example:8443' });
    const of = (address: string | URL): string | null => proxyFor(address)?.origin ?? null;
    for (let times = 0; times < 2; times += 1) {
      assert.equal(
        [of('https://a.example/x'), of('https://b.example:8443/x'), of('https://b.example/x')],
        [ONE, null, ONE],
      );
      assert.equal(
        [of('http://a.example/x'), of(new URL('https://a.example?y')), of('https://x@b.example:8443')],
        [null, ONE, null],
      );
    }
    useProxiesOf({ HTTPS_PROXY: OTHER });
    assert.is(of('https://a.example/x'), OTHER);
    useProxiesOf({ HTTPS_PROXY: 'nonsense' });
    for (let times = 0; times < 2; times += 1) assert.throws(() => of('https://a.example/x'), /HTTPS_PROXY/);
  } finally {
    useProxiesOf({});
  }
});

const HERE = [
  ...['http://127.0.0.1:42356/msi/token', 'https://127.9.9.9/', 'http://localhost:8080/', 'https://a.localhost/'],
  ...['http://[::1]:8080/', 'http://[::ffff:127.0.0.1]/', 'http://0.0.0.0:80/', 'https://LOCALHOST./'],
  ...['http://169.254.169.254/metadata/identity/oauth2/token', 'http://169.254.129.2:8081/msi', 'http://[fe80::1]/'],
];

for (const address of HERE) {
  test(`${address} is never reached through a proxy`, () => {
    for (const [env] of SPELLINGS) assert.is(through(address, env), null);
  });
}

test('the place where the platform gives out tokens is reached straight, whatever it is called', () => {
  for (const name of ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'IMDS_ENDPOINT', 'AZURE_POD_IDENTITY_AUTHORITY_HOST']) {
    const env = { HTTP_PROXY: ONE, [name]: 'http://identity.platform.internal:8081/msi/token' };
    assert.is(through('http://identity.platform.internal:8081/msi/token?resource=x', env), null, name);
    assert.is(through('http://identity.platform.internal:9999/', env), ONE);
  }
});

/** What `NO_PROXY` may hold, what it excepts, and what it does not. */
const EXCEPTIONS: readonly (readonly [list: string, excepted: readonly string[], others: readonly string[]])[] = [
  ['*', [ACS, 'https://10.1.2.3/'], []],
  ['azure.com', [ACS, 'https://azure.com/'], ['https://notazure.com/', 'https://azure.com.example/']],
  ['.azure.com', [ACS, 'https://azure.com/'], ['https://notazure.com/']],
  ['*.azure.com', [ACS], ['https://notazure.com/']],
  ['AZURE.com', [ACS], []],
  ['a.example, b.example', ['https://a.example/', 'https://x.b.example/'], [ACS]],
  ['a.example b.example', ['https://a.example/', 'https://b.example/'], [ACS]],
  ['azure.com:443', [ACS], ['https://azure.com:8443/']],
  ['azure.com:8443', ['https://azure.com:8443/'], [ACS]],
  ['10.1.2.3', ['https://10.1.2.3/'], ['https://10.1.2.30/', 'https://110.1.2.3/']],
  ['2.3', [], ['https://10.1.2.3/']],
  ['10.0.0.0/8', ['https://10.1.2.3/', 'https://10.1.2.3:8443/'], ['https://11.1.2.3/', 'https://ten.example/']],
  ['[2001:db8::1]', ['https://[2001:db8::1]/'], ['https://[2001:db8::2]/']],
  ['2001:db8::1', ['https://[2001:db8::1]/'], [ACS]],
  ['2001:db8::/32', ['https://[2001:db8::2]:8443/'], ['https://[2001:db9::2]/']],
  [',, ,', [], [ACS]],
  ['.', [], [ACS]],
];

for (const [list, excepted, others] of EXCEPTIONS) {
  test(`NO_PROXY "${list}" excepts what it names`, () => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const env = { HTTPS_PROXY: ONE, [name]: list };
      for (const address of excepted) assert.is(through(address, env), null, address);
      for (const address of others) assert.is(through(address, env), ONE, address);
    }
  });
}

test('an exception covers itself and what lies below it, and no other host', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  fc.assert(
    fc.property(label, label, label, (below, own, other) => {
      fc.pre(own !== other);
      const env = { HTTPS_PROXY: ONE, NO_PROXY: `${own}.example` };
      assert.is(through(`https://${below}.${own}.example/`, env), null);
      assert.is(through(`https://${own}.${other}.example/`, env), ONE);
      assert.is(through(`https://${below}${own}.example/`, env), ONE);
    }),
  );
});

test('what is no address of a proxy is told by name, without a word of what it holds', () => {
  const bad = ['anna:hush', 'http://anna:hush@one.example:port', 'socks5://anna:hush@one.example', 'http://x/hush'];
  for (const name of ['HTTPS_PROXY', 'http_proxy', 'ALL_PROXY']) {
    for (const value of bad) {
      const [problem = '', ...rest] = proxyProblems({ [name]: value });
      assert.match(problem, new RegExp(`^${name}: must be`));
      assert.equal(rest, []);
      assert.not.match(problem, 'hush');
      assert.throws(
        () => proxyFor(ACS, { [name]: value }),
        (error: unknown) => error instanceof ProxyError && error.message === problem,
      );
    }
  }
  assert.equal(proxyProblems({ HTTPS_PROXY: ONE, http_proxy: ONE, ALL_PROXY: 'socks5://one.example' }), []);
});

test('exceptions that match nothing are told by their place', () => {
  assert.equal(proxyWarnings({ NO_PROXY: 'a.example,10.0.0.0/8' }), []);
  const [warning = '', ...rest] = proxyWarnings({ no_proxy: 'a.example,10.0.0.0/99' });
  assert.match(warning, /^no_proxy, entry 2: matches nothing/);
  assert.equal(rest, []);
});

test.run();
