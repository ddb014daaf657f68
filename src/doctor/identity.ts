import type { Config } from '../config/config.ts';
import { type Check, describe, type Finding, failed, ok } from './check.ts';
import type { Openers } from './openers.ts';

/** What a token is asked for, by the part of the settings that needs one. */
const SCOPES = {
  tables: 'https://storage.azure.com/.default',
  queue: 'https://storage.azure.com/.default',
  acs: 'https://communication.azure.com//.default',
  sql: 'https://database.windows.net/.default',
  topic: 'https://eventgrid.azure.net/.default',
} as const;

/** That this process has an identity in Azure, where the settings rely on one: other checks only see that they are not let in. */
export function identityChecks(config: Config, open: Openers['credential']): readonly Check[] {
  const scopes = [...new Set(partsWithoutSecret(config).map((part) => SCOPES[part]))];
  if (scopes.length === 0) return [];
  return [{ name: 'identity', run: () => tokensFor(scopes, open) }];
}

async function tokensFor(scopes: readonly string[], open: Openers['credential']): Promise<Finding> {
  const credential = await open();
  for (const scope of scopes) {
    try {
      await credential.getToken(scope);
    } catch (error) {
      return failed(`no token for ${new URL(scope).host} can be had: ${describe(error)}`);
    }
  }
  return ok(`tokens for ${scopes.map((scope) => new URL(scope).host).join(', ')}`);
}

function partsWithoutSecret({ tables, queue, acs, sql, topic }: Config): readonly (keyof typeof SCOPES)[] {
  const usesIdentity = (access: object | undefined): boolean => access !== undefined && !('connectionString' in access);
  return [
    ...(usesIdentity(tables?.access) ? (['tables'] as const) : []),
    ...(usesIdentity(queue?.access) ? (['queue'] as const) : []),
    ...(usesIdentity(acs?.access) ? (['acs'] as const) : []),
    ...(usesIdentity(sql?.access) ? (['sql'] as const) : []),
    ...(topic && topic.key === null ? (['topic'] as const) : []),
  ];
}
