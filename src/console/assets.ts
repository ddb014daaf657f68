import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';

/** Files that pages load, all in memory: there are few. */
export type Assets = {
  /** The folder under which pages name them, with a hash of all: it changes when one of them does. */
  readonly folder: string;
  readonly files: ReadonlyMap<string, Asset>;
};

type Asset = { readonly type: string; readonly bytes: Buffer };

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const FOLDER = new URL('assets/', import.meta.url);

/** What later ones say wins. */
const STYLES = [
  ...['base', 'frame', 'lists', 'call', 'phone', 'members', 'today', 'scripts', 'audit', 'operations', 'sign-in'],
] as const;

/** Reads them once. Styles stand in a file each, and are one for browsers. */
export function loadAssets(): Assets {
  const { resolve } = createRequire(import.meta.url);
  const own = readdirSync(FOLDER)
    .filter((name) => name.includes('.'))
    .sort();
  const styles = STYLES.map((name) => readFileSync(new URL(`styles/${name}.css`, FOLDER)));
  const sources = [
    ...own.map((name) => [name, readFileSync(new URL(name, FOLDER))] as const),
    ['console.css', Buffer.concat(styles)] as const,
    ['turbo.js', readFileSync(resolve('@hotwired/turbo').replace(/umd\.js$/, 'esm.js'))] as const,
    ['modern-normalize.css', readFileSync(resolve('modern-normalize/modern-normalize.css'))] as const,
  ];
  const files = new Map(sources.map(([name, bytes]) => [name, { type: TYPES[name.split('.').at(-1)!]!, bytes }]));
  const hash = createHash('sha256');
  for (const [name, { bytes }] of files) hash.update(`${name}\n`).update(bytes);
  return { folder: `/console/assets/${hash.digest('hex').slice(0, 16)}`, files };
}

const YEAR_SECONDS = 365 * 86_400;

/**
 * Serves them. Those of another version are answered with ours, and not kept: while a release is rolled out a page of one may
 * ask the other.
 */
export function assetRoutes(server: FastifyInstance, assets: Assets): void {
  server.get('/console/assets/:version/:name', { schema: { hide: true } }, (request, reply) => {
    const { version, name } = request.params as { version: string; name: string };
    const asset = assets.files.get(name);
    if (!asset) return reply.code(404).send();
    const isOurs = assets.folder.endsWith(`/${version}`);
    return reply
      .type(asset.type)
      .header('cache-control', isOurs ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache')
      .send(asset.bytes);
  });
}
