import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import { PATIENCE_MS } from './until.ts';

/** A storage account on this machine: the real protocols of Tables, Queues and Blobs, kept in memory. */
export type Azurite = {
  readonly tablesUrl: string;
  readonly queuesUrl: string;
  readonly blobsUrl: string;
  readonly account: string;
  readonly accountKey: string;
  /** For every client of the storage SDKs. */
  readonly connectionString: string;
};

/** One that nobody else uses. It ends with the process at the latest. */
export type OwnAzurite = Azurite & { close(): void };

/** Azurite's published development account. */
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

let shared: Promise<Azurite> | undefined;

/** The account that all tests of this process share, so each takes names of its own; it ends with the process. */
export function azurite(): Promise<Azurite> {
  shared ??= start();
  return shared;
}

/**
 * An account of its own that also takes tokens, and speaks https only: without TLS Azurite takes none. It looks at a
 * token's issuer, audience and times and not at its signature.
 */
export function azuriteForTokens({ certFile, keyFile }: Certificate): Promise<OwnAzurite> {
  return start(['--oauth', 'basic', '--cert', certFile, '--key', keyFile]);
}

/**
 * The connection string for other addresses than the account's own, such as those of a proxy before it.
 * @param urls without the account's name
 */
export function connectionStringOf(urls: { readonly tables: string; readonly queues: string }): string {
  const endpoints = `TableEndpoint=${urls.tables}/${ACCOUNT};QueueEndpoint=${urls.queues}/${ACCOUNT}`;
  return `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${ACCOUNT_KEY};${endpoints}`;
}

async function start(further: readonly string[] = []): Promise<OwnAzurite> {
  const program = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
  const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
  // The SDKs may speak a later version of the protocol than Azurite has heard of; what they ask for is the same.
  const options = ['--silent', '--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry'];
  const args = [program, ...options, ...ports, ...further];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  // Asked nicely it would say goodbye, to a pipe that nobody reads any more.
  process.once('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      child.kill('SIGKILL');
      process.kill(process.pid, signal);
    });
  }
  const urls = await listening(child);
  // A suite must not wait for its server, which may still want to say something.
  child.unref();
  if (child.stdout instanceof Socket) child.stdout.unref();
  return {
    tablesUrl: `${urls.tables}/${ACCOUNT}`,
    queuesUrl: `${urls.queues}/${ACCOUNT}`,
    blobsUrl: `${urls.blobs}/${ACCOUNT}`,
    account: ACCOUNT,
    accountKey: ACCOUNT_KEY,
    connectionString: connectionStringOf(urls),
    close: () => void child.kill('SIGKILL'),
  };
}

function listening(child: ChildProcess): Promise<{ tables: string; queues: string; blobs: string }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Azurite has not started')), PATIENCE_MS);
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      done();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', (code) => settle(() => reject(new Error(`Azurite ended with ${code}`))));
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const tables = urlOf('Table', output);
      const queues = urlOf('Queue', output);
      const blobs = urlOf('Blob', output);
      if (tables && queues && blobs) settle(() => resolve({ tables, queues, blobs }));
    });
  });
}

function urlOf(service: string, output: string): string | undefined {
  return new RegExp(`${service} service is successfully listening at (https?://[\\d.:]+)`).exec(output)?.[1];
}
