import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { read, root } from './script.ts';

type Snapshot = {
  readonly predictedResources: readonly { readonly type: string; readonly name: string }[];
  readonly outputs: Readonly<Record<string, string>>;
};

const SNAPSHOT = 'infra/bicep/minimal.snapshot.json';

/** As the templates will be; the evaluated ones take their place. */
const PLANNED: Snapshot = {
  predictedResources: [
    { type: 'Microsoft.App/jobs', name: 'caj-calls-prod-migrate' },
    { type: 'Microsoft.App/containerApps', name: 'ca-calls-prod' },
    { type: 'Microsoft.Sql/servers/databases', name: 'callistra' },
    { type: 'Microsoft.Storage/storageAccounts', name: 'callsst' },
  ],
  outputs: {
    appIdentityName: 'id-calls-prod-app',
    appIdentityPrincipalId: '[reference()]',
    appName: 'ca-calls-prod',
    baseUrl: '[format()]',
    migrateIdentityName: 'id-calls-prod-migrate',
    migrateJobName: 'caj-calls-prod-migrate',
    sqlDatabase: 'callistra',
    sqlServer: '[reference()]',
    storageAccountName: 'callsst',
    workspaceName: 'log-calls-prod',
  },
};

export const isEvaluated = existsSync(join(root, SNAPSHOT));
const snapshot = isEvaluated ? (JSON.parse(read(SNAPSHOT)) as Snapshot) : PLANNED;

/** What only Azure knows. */
const AT_RUN_TIME: Readonly<Record<string, string>> = {
  appIdentityPrincipalId: '00000000-0000-4000-8000-0000000000aa',
  baseUrl: 'https://ca-calls-prod.example.azurecontainerapps.io',
  sqlServer: 'sql-calls-prod.database.windows.net',
};

export const OUTPUTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(snapshot.outputs).map(([name, value]) => [
    name,
    value.startsWith('[') ? (AT_RUN_TIME[name] ?? '') : value,
  ]),
);

export const RESOURCES = snapshot.predictedResources;

/** The parameters of the deployment, and whether one may be left out. */
export const PARAMETERS: ReadonlyMap<string, { readonly hasDefault: boolean }> = new Map(
  [...read('infra/bicep/main.bicep').matchAll(/^param (\w+) \w+( =)?/gm)].map(
    ([, name = '', assigned]) => [name, { hasDefault: assigned !== undefined }] as const,
  ),
);
