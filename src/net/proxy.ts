import { BlockList, isIP } from 'node:net';
import { createBoundedMap } from '../base/bounded-map.ts';
import { CodedError } from '../base/coded-error.ts';

/** The environment, or as much of it as names proxies. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy's address cannot be used. Names the variable, never what it holds: that may be a password. */
export class ProxyError extends CodedError<'NET_BAD_PROXY'> {
  override readonly name = 'ProxyError';
}

let environment: Environment = {};
/** What `proxyFor` said for an origin: each step of a call asks for the same one. */
const known = createBoundedMap<URL | null>(1_000);

/** Whose variables `proxyFor` goes by from now on; whoever starts the process says it, once. Until then nothing has a proxy. */
export function useProxiesOf(env: Environment): void {
  environment = env;
  known.clear();
}

/**
 * The one rule for every request that leaves this process: through which proxy it goes; null: straight there. Names are read in
 * small letters first, then in capitals, as curl does. Without a proxy for https that of all counts, then that for http, as
 * with Microsoft's own libraries.
 * @throws ProxyError
 */
export function proxyFor(address: string | URL, env: Environment = environment): URL | null {
  if (env !== environment) return readFor(address, env);
  const origin = typeof address === 'string' ? ORIGIN.exec(address)?.[0] : address.origin;
  const before = origin === undefined ? undefined : known.get(origin);
  if (before !== undefined) return before;
  const proxy = readFor(address, env);
  if (origin !== undefined) known.set(origin, proxy);
  return proxy;
}

/** As far as a path, without reading it as an address: that takes as long as all the rest. */
const ORIGIN = /^https?:\/\/[^/?#\\]+/;

function readFor(address: string | URL, env: Environment): URL | null {
  const url = new URL(address);
  const found = named(env, url.protocol === 'https:' ? FOR_HTTPS : FOR_HTTP);
  if (!found || staysHere(url, env) || isExcepted(url, env)) return null;
  const proxy = readProxy(found.text);
  if (!proxy) throw new ProxyError('NET_BAD_PROXY', badProxy(found.name));
  return proxy;
}

/** What no proxy could be reached by, one line for each variable. */
export function proxyProblems(env: Environment): string[] {
  const used = [FOR_HTTPS, FOR_HTTP].map((names) => named(env, names)?.name);
  return ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].flatMap(spellings).flatMap((name) => {
    const text = env[name]?.trim();
    // Microsoft's clients read them too, and cannot be made with what is no address; of that for all others may be in use.
    const matters = used.includes(name) || !name.toLowerCase().startsWith('all');
    return text && matters && !readProxy(text) ? [badProxy(name)] : [];
  });
}

/** Exceptions that no host can match. */
export function proxyWarnings(env: Environment): string[] {
  const found = named(env, ['NO_PROXY']);
  return exceptionsIn(env).flatMap((item, index) => {
    if (!item.includes('/') || networkOf(item)) return [];
    return [`${found?.name}, entry ${index + 1}: matches nothing; hosts, addresses and networks such as 10.0.0.0/8 do`];
  });
}

const FOR_HTTPS = ['HTTPS_PROXY', 'ALL_PROXY', 'HTTP_PROXY'];
const FOR_HTTP = ['HTTP_PROXY', 'ALL_PROXY'];

function spellings(name: string): string[] {
  return [name.toLowerCase(), name];
}

function named(env: Environment, names: readonly string[]): { readonly name: string; readonly text: string } | null {
  for (const name of names.flatMap(spellings)) {
    const text = env[name]?.trim();
    if (text) return { name, text };
  }
  return null;
}

function readProxy(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '' || !/^https?:\/\//i.test(text)) return null;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return null;
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    return null;
  }
  return url;
}

function badProxy(name: string): string {
  return `${name}: must be the address of a proxy, such as http://proxy.example.org:3128, without a path (SOCKS is not spoken)`;
}

/** Where a proxy cannot reach for us: this machine, and what the platform puts beside it. */
const HERE = new BlockList();
HERE.addSubnet('127.0.0.0', 8, 'ipv4');
HERE.addAddress('0.0.0.0', 'ipv4');
HERE.addAddress('::1', 'ipv6');
// Link-local: 169.254.169.254 tells who the machine is, and other addresses of the kind do so in App Service.
HERE.addSubnet('169.254.0.0', 16, 'ipv4');
HERE.addSubnet('fe80::', 10, 'ipv6');

/** Where the platform says that tokens of the managed identity are given out (@azure/identity and MSAL read the same). */
const TOKEN_PLACES = ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'IMDS_ENDPOINT', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'];

function staysHere({ hostname, host }: URL, env: Environment): boolean {
  const name = bareHost(hostname);
  if (name === 'localhost' || name.endsWith('.localhost') || isWithin(HERE, name)) return true;
  return TOKEN_PLACES.some((place) => URL.canParse(env[place] ?? '') && new URL(env[place] ?? '').host === host);
}

/**
 * Whether `NO_PROXY` names it: hosts with all that lies below them, with a leading dot or `*.` or without, addresses, networks
 * (`10.0.0.0/8`), each with a port or without; `*` is everything. Commas or blanks stand between.
 */
function isExcepted(url: URL, env: Environment): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return exceptionsIn(env).some((item) => isMatch(item, bareHost(url.hostname), port));
}

function exceptionsIn(env: Environment): string[] {
  const list = named(env, ['NO_PROXY'])?.text ?? '';
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
}

function isMatch(item: string, host: string, port: string): boolean {
  if (item === '*') return true;
  const network = item.includes('/') ? networkOf(item) : null;
  if (network) return isWithin(network, host);
  const [, name = item, ofPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(item) ?? [];
  if (ofPort !== undefined && ofPort !== port) return false;
  const wanted = bareHost(name.replace(/^\*?\./, ''));
  if (wanted === host) return true;
  return isIP(host) === 0 && wanted !== '' && host.endsWith(`.${wanted}`);
}

function networkOf(item: string): BlockList | null {
  const [base = '', bits = ''] = item.split('/');
  const version = isIP(base);
  if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 6 ? 128 : 32)) return null;
  const network = new BlockList();
  network.addSubnet(base, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
  return network;
}

function isWithin(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** Without the brackets of IPv6 and the dot that ends a whole name. */
function bareHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}
