import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/config/config.ts';
import { SETTINGS } from '../../src/config/spelling.ts';
import { freshSeed, secretLine, signerOf } from '../../src/tlog/keys.ts';
import { namesOf, read } from './files.ts';
import { workedOut } from './run-time.ts';
import {
  containerOf,
  EXAMPLES,
  type Example,
  JOB,
  type Resource,
  resourceOf,
  resourcesOf,
  SERVER,
} from './snapshot.ts';

type Variable = { readonly name: string; readonly value?: unknown; readonly secretRef?: string };

const SECRET = /KEY|SECRET(?!_IN_URL)|PASSWORD|CONNECTION_STRING/;

/** What lies in the vault where not any 32 bytes will do. */
const VAULT: Readonly<Record<string, string>> = {
  'checkpoint-key': secretLine(signerOf('calls.example.org/callistra', freshSeed())),
};

function processesOf(example: Example): readonly Resource[] {
  return [...resourcesOf(example, SERVER), ...resourcesOf(example, JOB)];
}

function variablesOf(process: Resource): readonly Variable[] {
  const { env } = containerOf(process);
  assert.ok(Array.isArray(env), `${process.name}: its environment is an expression that nobody has worked out`);
  return env;
}

/** What a process finds in its environment, with plausible values of what only Azure knows, and secrets as they must be. */
function environmentOf(process: Resource): Record<string, string> {
  const secrets: readonly { readonly name: string; readonly value?: string }[] =
    process.properties.configuration.secrets ?? [];
  const contentOf = ({ name, value, secretRef }: Variable): string => {
    if (secretRef === undefined) return workedOut(String(value));
    const secret = secrets.find((one) => one.name === secretRef);
    assert.ok(secret, `${name}: there is no secret ${secretRef}`);
    if (secret.value !== undefined) return workedOut(secret.value);
    return VAULT[secretRef] ?? `${secretRef}, whose value is in the vault`;
  };
  return Object.fromEntries(variablesOf(process).map((variable) => [variable.name, contentOf(variable)]));
}

for (const example of EXAMPLES) {
  test(`${example}: every setting is text, has a value, and stands there once`, () => {
    assert.is(processesOf(example).length, 3);
    for (const process of processesOf(example)) {
      const variables = variablesOf(process);
      for (const { name, value, secretRef } of variables) {
        assert.is(typeof (secretRef ?? value), 'string', `${process.name}: ${name}`);
        assert.ok((secretRef ?? value) !== '', `${process.name}: ${name} is empty`);
      }
      const names = variables.map(({ name }) => name);
      assert.equal(names, [...new Set(names)], process.name);
    }
  });

  test(`${example}: the code knows every setting, and finds no fault with it`, () => {
    for (const process of processesOf(example)) {
      const env = environmentOf(process);
      assert.equal(
        Object.keys(env).filter((name) => !SETTINGS.includes(name)),
        [],
        process.name,
      );
      // It throws for a problem.
      assert.equal(readConfig(env).warnings, [], process.name);
    }
  });

  test(`${example}: the server uses every service that is made for it`, () => {
    const config = readConfig(environmentOf(resourceOf(example, SERVER)));
    for (const group of ['acs', 'tables', 'sql', 'queue', 'entra', 'topic', 'applicationInsights'] as const)
      assert.ok(config[group], group);
    // Event Grid tells nothing of calls that a Teams resource account places.
    assert.is(config.eventGrid?.auth.mode, example === 'teams' ? undefined : 'entra');
    assert.ok(config.checkpoints.containerUrl && config.checkpoints.key && config.sessions.key);
    assert.ok(config.entra?.clientId, 'nobody could sign in to the console');
    assert.is(config.sql?.migrate, false);
    assert.is(config.simulator, false);
  });

  test(`${example}: the job that verifies opens the same as the server, without the key that signs`, () => {
    const [server, job] = [resourceOf(example, SERVER), resourceOf(example, JOB, 'verify')].map(environmentOf);
    assert.ok(Object.keys(job!).length > 8);
    for (const [name, value] of Object.entries(job!)) assert.is(value, server![name], name);
    const { tables, sql, checkpoints, callbackSecretKey } = readConfig(job!);
    assert.ok(tables && sql && checkpoints.containerUrl && callbackSecretKey);
    assert.is(checkpoints.key, null);
  });

  test(`${example}: the job that migrates names the same tables as the server`, () => {
    const [server, job] = [resourceOf(example, SERVER), resourceOf(example, JOB, 'migrate')].map(environmentOf);
    const { migrate: _server, ...servers } = readConfig(server!).sql!;
    const { migrate, ...its } = readConfig(job!).sql!;
    assert.equal(its, servers);
    assert.is(migrate, true);
  });

  test(`${example}: what is secret comes from the vault, at a version, or from the resource itself`, () => {
    for (const process of processesOf(example)) {
      for (const { name, secretRef } of variablesOf(process).filter(
        (one) => SECRET.test(one.name) && !one.name.endsWith('_FILE'),
      ))
        assert.ok(secretRef, `${process.name}: ${name} can be read by whoever may look at the deployment`);
      for (const { name, keyVaultUrl, value, identity } of process.properties.configuration.secrets ?? []) {
        if (name === 'app-insights') assert.match(value, /^\[reference\(.*\)\.ConnectionString\]$/);
        else {
          assert.match(
            workedOut(keyVaultUrl),
            /^https:\/\/plan-vault\.vault\.azure\.net\/secrets\/callistra-[a-z-]+(\/[01]{32})?$/,
          );
          assert.match(identity, /-app$/);
        }
        if (name.endsWith('-key') || name.endsWith('-before'))
          assert.match(workedOut(keyVaultUrl), /\/[01]{32}$/, name);
      }
    }
  });
}

for (const example of EXAMPLES) {
  test(`${example}: a number or a Teams resource account calls, and Event Grid is listened to for a number only`, () => {
    const names = variablesOf(resourceOf(example, SERVER)).map(({ name }) => name);
    const isTeams = example === 'teams';
    assert.is(names.includes('ACS_TEAMS_RESOURCE_ACCOUNT'), isTeams);
    for (const name of ['ACS_CALLER_ID', 'EVENT_GRID_SUBSCRIPTIONS', 'EVENT_GRID_AUDIENCE'])
      assert.is(names.includes(name), !isTeams, name);
    assert.is(resourcesOf(example, 'Microsoft.EventGrid/systemTopics').length, isTeams ? 0 : 1);
  });
}

test('no setting that the deployment gives may be given again, and Bicep knows the name of each', () => {
  const [, list = ''] = /^var ownSettings = \[$(.*?)^\]$/ms.exec(read('infra/bicep/modules/settings.bicep')) ?? [];
  const known = namesOf(list, /'([A-Z_]+)'/g);
  const further = ['CHECKPOINT_EVERY', 'QUEUE_HOURS_MAX', 'EVENT_GRID_SECRET_IN_URL'];
  const given = EXAMPLES.flatMap((example) => processesOf(example).flatMap(variablesOf)).map(({ name }) => name);
  assert.equal([...new Set(given)].filter((name) => !further.includes(name)).sort(), [...known].sort());
});

test('a key that was replaced is given beside the new one', () => {
  const { callbackSecretKeyBefore, sessions } = readConfig(environmentOf(resourceOf('everything', SERVER)));
  assert.ok(callbackSecretKeyBefore && sessions.keyBefore);
});

test('files that settings name lie in a volume of secrets', () => {
  const server = resourceOf('everything', SERVER);
  const [volume, ...others] = server.properties.template.volumes;
  assert.equal(others, []);
  assert.is(volume.storageType, 'Secret');
  const [mount] = containerOf(server).volumeMounts;
  assert.is(mount.volumeName, volume.name);
  const { questionnaireFile, apiKeysFile, staffNamesFile } = readConfig(environmentOf(server));
  const lying = volume.secrets.map(({ path }: { path: string }) => `${mount.mountPath}/${path}`);
  assert.equal([questionnaireFile, apiKeysFile, staffNamesFile], lying);
  assert.equal(resourceOf('minimal', SERVER).properties.template.volumes, []);
});

test('a switch given as one arrives as the text that the code takes', () => {
  assert.is(environmentOf(resourceOf('everything', SERVER))['EVENT_GRID_SECRET_IN_URL'], 'false');
  assert.is(environmentOf(resourceOf('everything', SERVER))['CHECKPOINT_EVERY'], '60');
});

test.run();
