import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workedOut } from './run-time.ts';
import { EXAMPLES, type Example, type Resource, resourcesOf, scopeOf } from './snapshot.ts';

const DEFINITION = 'Microsoft.Authorization/roleDefinitions';
const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';

/** Built-in roles by their ids (learn.microsoft.com/azure/role-based-access-control/built-in-roles, read on 26 Nov 2026). */
const BUILT_IN: Readonly<Record<string, string>> = {
  '09976791-48a7-449e-bb21-39d1a415f350': 'Communication and Email Service Owner',
  'a97b65f3-24c7-4388-baec-2e87135dc908': 'Cognitive Services User',
  'd5a91429-5739-47e2-a06b-3470a27159e7': 'EventGrid Data Sender',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '7f951dda-4ed3-4680-a7ca-43fe172d538d': 'AcrPull',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
};

/** Who has which role where, and nobody has another. */
const MINIMAL = [
  'acs: Cognitive Services User at plan-ai',
  'app: AcrPull at planregistry',
  'app: Call log appender at the log',
  'app: Checkpoint keeper at the log/checkpoints',
  'app: Communication and Email Service Owner at plan-acs',
  'app: EventGrid Data Sender at the topic for others',
  'app: Key Vault Secrets User at plan-vault/callistra-callback-secret-key',
  'app: Key Vault Secrets User at plan-vault/callistra-checkpoint-key',
  'app: Key Vault Secrets User at plan-vault/callistra-session-key',
  'app: Monitoring Metrics Publisher at the telemetry',
  'app: Place keeper at the log/Dialling',
  'app: Wake-up queue worker at the log',
  'delivery: Storage Blob Data Contributor at the dead letters/dead-letters',
  'migrate: AcrPull at planregistry',
];

const ROLES: Readonly<Record<Example, readonly string[]>> = {
  minimal: MINIMAL,
  // Where nothing is delivered, nothing is set aside.
  teams: MINIMAL.filter((role) => !role.startsWith('delivery')),
  everything: [
    // It has been connected in the portal before.
    ...MINIMAL.filter((role) => !role.startsWith('acs')),
    ...['api-keys', 'entra-client-secret', 'questionnaire', 'staff-names'].map(
      (name) => `app: Key Vault Secrets User at plan-vault/callistra-${name}`,
    ),
  ].sort(),
};

function whoOf({ properties }: Resource): string {
  const principal = workedOut(properties.principalId);
  return (
    /^principal of (?:id-.*-(app|migrate|delivery)|plan-(acs))$/.exec(principal)?.slice(1).find(Boolean) ?? principal
  );
}

function roleOf(example: Example, { properties }: Resource): string {
  const id: string = properties.roleDefinitionId.split('/').at(-1);
  const own = resourcesOf(example, DEFINITION).find(({ name }) => name === id);
  // Its name ends with what tells one deployment from another.
  return own ? own.properties.roleName.replace(/ \S+ \S+$/, '') : (BUILT_IN[id] ?? id);
}

/** What is ours ends with what tells one deployment from another. */
const OURS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^storageAccounts\/\w+st[a-z0-9]{13}/, 'the log'],
  [/^storageAccounts\/\w+dl[a-z0-9]{13}/, 'the dead letters'],
  [/^topics\/evgt-.*$/, 'the topic for others'],
  [/^components\/appi-.*$/, 'the telemetry'],
];

/** What it is given at, read from its id. */
function whereOf(assignment: Resource): string {
  const [, path = ''] = /\/providers\/Microsoft\.\w+\/(.*)$/.exec(scopeOf(assignment)) ?? [];
  const [pattern, name] = OURS.find(([one]) => one.test(path)) ?? [/^\w+\/([^/]+)/, '$1'];
  return path
    .replace(pattern, name)
    .replace(/(?:\/\w+Services\/default)?\/(?:containers|tables|secrets)\/(?:Callistra\w*?(?=Dialling$))?/, '/');
}

function assignmentsOf(example: Example): string[] {
  return resourcesOf(example, ASSIGNMENT).map((one) => `${whoOf(one)}: ${roleOf(example, one)} at ${whereOf(one)}`);
}

/** What the roles of our own allow, and no more. */
const OWN: Readonly<Record<string, { readonly actions: readonly string[]; readonly dataActions: readonly string[] }>> =
  {
    'Call log appender': {
      actions: [],
      dataActions: ['tableServices/tables/entities/read', 'tableServices/tables/entities/add/action'],
    },
    'Wake-up queue worker': {
      actions: ['queueServices/queues/read'],
      dataActions: ['read', 'write', 'delete', 'add/action', 'process/action'].map(
        (action) => `queueServices/queues/messages/${action}`,
      ),
    },
    'Place keeper': {
      actions: [],
      dataActions: ['read', 'add/action', 'update/action'].map((action) => `tableServices/tables/entities/${action}`),
    },
    'Checkpoint keeper': {
      actions: ['blobServices/containers/read'],
      dataActions: ['blobServices/containers/blobs/read', 'blobServices/containers/blobs/add/action'],
    },
  };

for (const example of EXAMPLES) {
  test(`${example}: nobody has a role that is not in the table`, () => {
    assert.equal(assignmentsOf(example).sort(), ROLES[example]);
  });

  test(`${example}: no role of our own allows more than it must: entries and checkpoints are never changed or deleted`, () => {
    const definitions = resourcesOf(example, DEFINITION).map(({ properties }) => properties);
    assert.equal(definitions.map(({ roleName }) => roleName.replace(/ \S+ \S+$/, '')).sort(), Object.keys(OWN).sort());
    for (const { roleName, permissions, assignableScopes } of definitions) {
      const [permission, ...others] = permissions;
      assert.equal(others, []);
      const allowed = OWN[roleName.replace(/ \S+ \S+$/, '')]!;
      const inStorage = (action: string): string => action.replace(/^Microsoft\.Storage\/storageAccounts\//, '');
      assert.equal(permission.actions.map(inStorage), allowed.actions, roleName);
      assert.equal(permission.dataActions.map(inStorage), allowed.dataActions, roleName);
      for (const scope of assignableScopes) assert.match(scope, /\/resourceGroups\/rg-callistra-prod$/);
    }
  });

  test(`${example}: a principal that is made anew gets assignments of its own`, () => {
    for (const { id, properties } of resourcesOf(example, ASSIGNMENT)) {
      // Of one that is gone the assignment would be in the way: RoleAssignmentUpdateNotPermitted.
      const [principal = ''] = /reference\('[^']+'/.exec(properties.principalId) ?? [];
      assert.ok(principal !== '' && id.includes(principal), id);
    }
  });
}

test.run();
