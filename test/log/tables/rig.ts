import { randomBytes, randomUUID } from 'node:crypto';
import { AzureNamedKeyCredential, generateAccountSas, TableClient } from '@azure/data-tables';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openTablesLog, type TablesLogOptions } from '../../../src/log/tables/log.ts';
import { type Azurite, azurite, connectionStringOf } from '../../support/azurite.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';

/** Two tables of their own in the account that all tests share, and a proxy before them. */
export type TablesRig = {
  readonly store: Azurite;
  readonly prefix: string;
  readonly proxy: LossyProxy;
  /** A log on the tables, as a process of its own would open it; through the proxy, and waits take no time. */
  open(options?: Partial<TablesLogOptions>): Promise<CallEventLog>;
  /** The events' table itself, to look and to do harm. */
  readonly events: TableClient;
  close(): Promise<void>;
};

/** Passes no time, but lets others run. */
export const noWait = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function openTablesRig(seed = 1): Promise<TablesRig> {
  const store = await azurite();
  const prefix = `T${randomBytes(6).toString('hex')}`;
  const proxy = await startLossyProxy(store.tablesUrl, { seed });
  const connectionString = connectionStringOf({ tables: proxy.url, queues: proxy.url });
  const logs: CallEventLog[] = [];
  const open = async (
    options: Partial<TablesLogOptions> = {},
    access = { connectionString },
  ): Promise<CallEventLog> => {
    const log = await openTablesLog(access, {
      writeId: randomUUID,
      prefix,
      wait: noWait,
      // How fast this machine is must not decide what a test finds.
      ...{ limitMs: Infinity, timeLimitMs: 60_000 },
      ...options,
    });
    logs.push(log);
    return log;
  };
  // Not through the proxy: its counts begin with what a test does.
  await open({ createTables: true }, store);
  const events = TableClient.fromConnectionString(store.connectionString, `${prefix}Events`, {
    allowInsecureConnection: true,
  });
  return {
    store,
    prefix,
    proxy,
    open,
    events,
    async close() {
      await Promise.all(logs.map((log) => log.close()));
      await proxy.close();
    },
  };
}

/** A connection string with the rights of the application's role in production, or fewer: `r` reads, `a` adds. */
export function connectionStringWith(rights: 'ra' | 'r', store: Azurite): string {
  const sas = generateAccountSas(new AzureNamedKeyCredential(store.account, store.accountKey), {
    permissions: { query: true, add: rights === 'ra' },
    services: { table: true },
    resourceTypes: 'co',
    expiresOn: new Date('2099-01-01T00:00:00Z'),
  });
  return `TableEndpoint=${store.tablesUrl};SharedAccessSignature=${sas}`;
}

/** The requests through the proxy that are made meanwhile, by kind, such as `POST /Events`. */
export async function requestsOf(rig: TablesRig, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = rig.proxy.counts().requests;
  await act();
  const made = Object.entries(rig.proxy.counts().requests).map(([name, count]) => {
    return [name.replace(rig.prefix, ''), count - (before[name] ?? 0)] as const;
  });
  return Object.fromEntries(made.filter(([, count]) => count > 0));
}
