import { read } from './script.ts';

type Snapshot = {
  readonly predictedResources: readonly { readonly type: string; readonly name: string }[];
  readonly outputs: Readonly<Record<string, string>>;
};

const SNAPSHOT = 'infra/bicep/minimal.snapshot.json';

const snapshot = JSON.parse(read(SNAPSHOT)) as Snapshot;

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
