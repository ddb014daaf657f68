import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROLES } from '../../src/identity/staff.ts';
import { OUTPUTS, PARAMETERS, RESOURCES } from './paper/deployed.ts';
import { asked, problemsOf, REFERENCE } from './paper/options.ts';
import { PAPER, read, TEAMS_ACCOUNT } from './paper/script.ts';
import { type Walk, walk } from './paper/walk.ts';

let number: Walk;
let teams: Walk;
test.before(async () => {
  [number, teams] = await Promise.all([walk('number'), walk('teams')]);
});
test.after(async () => {
  await Promise.all([number.remove(), teams.remove()]);
});

const both = () => [number, teams];
/** What an option is given. */
const optionOf = (args: readonly string[], option: string): string => args[args.indexOf(option) + 1] ?? '';
const askedFor = async (one: Walk, command: string) =>
  (await one.calls('az')).filter((args) => asked(args).command === command);

/** What the paper begins with: names, and the functions that it goes on with. */
const functionsOf = (script: string): string => script.split('\naz login')[0]!;

test('whoever follows the paper comes to its end, with a number and over Teams', () => {
  for (const { code, errors } of both()) assert.is(code, 0, errors);
});

test('every command and every option is known to Microsoft’s reference, and none that it wants is missing', async () => {
  assert.match(REFERENCE.date, /^20\d\d-\d\d-\d\d$/);
  const used = new Set<string>();
  for (const one of both()) {
    const calls = (await one.calls('az')).map(asked);
    assert.equal(
      calls.flatMap((call) => problemsOf(call, REFERENCE)),
      [],
    );
    for (const { command } of calls) used.add(command);
  }
  const named = Object.keys(REFERENCE.commands).filter((command) => read(PAPER).includes(`\`az ${command}\``));
  const all = new Set([...used, ...named]);
  assert.equal(Object.keys(REFERENCE.commands).toSorted(), [...all].toSorted(), 'no command is listed in vain');
});

test('an option that the CLI does not have, one that is missing and a command that is none are found', () => {
  const show = ['deployment', 'group', 'show', '--resource-group', 'g'];
  assert.equal(problemsOf(asked([...show, '--name', 'n', '--query', 'x']), REFERENCE), []);
  assert.equal(problemsOf(asked([...show, '--names', 'n']), REFERENCE), [
    'az deployment group show --names: unknown',
    'az deployment group show: misses --name',
  ]);
  assert.equal(problemsOf(asked(['containerapp', 'restart', '--name', 'x']), REFERENCE), [
    'az containerapp restart: not in the reference',
  ]);
});

const given = (params: string): Map<string, string> =>
  new Map([...params.matchAll(/^param (\w+) = (.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

test('every parameter is one of the deployment’s, and none that must be given is missing', async () => {
  for (const one of both()) {
    for (const params of await one.deployed()) {
      const names = [...given(params).keys()];
      assert.equal(
        names.filter((name) => !PARAMETERS.has(name)),
        [],
      );
      const needed = [...PARAMETERS].filter(([, { hasDefault }]) => !hasDefault).map(([name]) => name);
      assert.equal(
        needed.filter((name) => !names.includes(name)),
        [],
      );
    }
  }
});

test('with a number Event Grid delivers once the server answers; over Teams it never does', async () => {
  const switched = async (one: Walk, name: string) => (await one.deployed()).map((params) => given(params).get(name));
  const [first, ...later] = await switched(number, 'deployEventSubscription');
  assert.equal([first, ...new Set(later)], ['false', 'true']);
  assert.equal([...new Set(await switched(teams, 'deployEventSubscription'))], ['false']);
  assert.equal([...new Set(await switched(teams, 'eventGridAudience'))], ["''"]);
  assert.equal([...new Set(await switched(teams, 'acsCallerId'))], ["''"]);
  const [granted, ...others] = (await askedFor(teams, 'rest')).filter((args) => args.includes('PUT'));
  assert.match(optionOf(granted!, '--url'), `assignments/${TEAMS_ACCOUNT}?`);
  assert.equal(others, []);
});

test('jobs, server and database are asked for by the names under which they are made', async () => {
  const made = (type: string) => RESOURCES.filter((one) => one.type === type).map(({ name }) => name.split('/').at(-1));
  for (const [command, type] of [
    ['containerapp job start', 'Microsoft.App/jobs'],
    ['containerapp job update', 'Microsoft.App/jobs'],
    ['containerapp exec', 'Microsoft.App/containerApps'],
    ['containerapp revision list', 'Microsoft.App/containerApps'],
    ['sql db restore', 'Microsoft.Sql/servers/databases'],
    ['storage account show', 'Microsoft.Storage/storageAccounts'],
  ] as const) {
    const calls = await askedFor(number, command);
    assert.ok(calls.length > 0, command);
    for (const args of calls) assert.ok(made(type).includes(optionOf(args, '--name')), `${command} ${args.join(' ')}`);
  }
});

test('every provider of what is deployed is registered', async () => {
  const registered = (await askedFor(number, 'provider register')).map((args) => optionOf(args, '--namespace'));
  const needed = new Set(RESOURCES.map(({ type }) => type.split('/')[0]!));
  // Azure has it from the beginning.
  needed.delete('Microsoft.Authorization');
  assert.equal(
    [...needed].filter((name) => !registered.includes(name)),
    [],
  );
});

test('the database lets an address in for as long as two scripts run, and the users are the identities', async () => {
  const az = (await number.calls('az')).map((args) => asked(args).command);
  const [opened, closed] = ['create', 'delete'].map((verb) => az.lastIndexOf(`sql server firewall-rule ${verb}`));
  assert.ok(opened! >= 0 && closed! > opened!);
  assert.equal(
    (await number.calls('sqlcmd')).map((args) => optionOf(args, '-i')),
    ['callistra.sql', 'users.sql'],
  );
  const users = await number.file('users.sql');
  for (const name of ['migrateIdentityName', 'appIdentityName']) assert.match(users, `CREATE USER [${OUTPUTS[name]}]`);
  const script = await number.file('callistra.sql');
  for (const [, role = ''] of users.matchAll(/ALTER ROLE (\w+)/g)) assert.match(script, role);
});

test('the firewall is closed when a script fails', async () => {
  const failing = await walk('number', (script) => {
    const [opening] = script.split('\nADDRESS=')[1]!.split('\nrun_job ');
    return `${functionsOf(script)}\nSQL=sql.example DATABASE=callistra\nADDRESS=${opening}`;
  });
  assert.is.not(failing.code, 0, 'there is no callistra.sql');
  const deleted = await askedFor(failing, 'sql server firewall-rule delete');
  assert.is(deleted.length, 1);
  await failing.remove();
});

test('a migration that fails ends the upgrade', async () => {
  const failing = await walk(
    'number',
    (script) =>
      `${functionsOf(script)}\nsed -i 's/Running/Failed/' "$ANSWERS"\nrun_job "$(out migrateJobName)"\necho on >&2\n`,
  );
  assert.is(failing.code, 1);
  assert.match(failing.errors, 'caj-calls-prod-migrate: Failed');
  assert.not.match(failing.errors, /^on$/m);
  await failing.remove();
});

test('staff get the roles that the server knows, and sign in where the console takes them back', async () => {
  const [api] = await askedFor(number, 'ad app create');
  const roles = JSON.parse(optionOf(api!, '--app-roles')) as { value: string; id: string }[];
  assert.equal(roles.map(({ value }) => value).toSorted(), [...ROLES].toSorted());
  const redirects = (await askedFor(number, 'ad app update')).find((args) => args.includes('--web-redirect-uris'))!;
  assert.ok(redirects.includes(`${OUTPUTS['baseUrl']}/console/signed-in`));
  const [credential] = await askedFor(number, 'ad app federated-credential create');
  const { subject, audiences } = JSON.parse(optionOf(credential!, '--parameters')) as {
    subject: string;
    audiences: string[];
  };
  assert.equal([subject, audiences], [OUTPUTS['appIdentityPrincipalId'], ['api://AzureADTokenExchange']]);
  for (const args of await askedFor(number, 'rest')) JSON.parse(optionOf(args, '--body'));
});

test('the way ends in a call, and a rotated key is kept for the calls that began with it', async () => {
  const urls = (await number.calls('curl')).map((args) => args.find((arg) => arg.startsWith('https://')) ?? '');
  for (const path of ['/api/members/import', '/api/calls/initiate/M-1', '/api/calls/status/0199aaaa-'])
    assert.ok(
      urls.some((url) => url.includes(path)),
      path,
    );
  const versions = (await number.deployed()).map((params) => given(params));
  const [old, rotated] = ['1', '4'].map((digit) => `'${digit.repeat(32)}'`);
  assert.is(versions[0]!.get('callbackSecretVersion'), old);
  const change = versions.find((params) => params.get('callbackSecretVersion') === rotated)!;
  assert.is(change.get('callbackBeforeSecretVersion'), old);
  assert.is(versions.at(-1)!.get('callbackBeforeSecretVersion'), "''");
  assert.is(await number.file('checkpoint.key').catch(() => 'gone'), 'gone');
});

test('every kind of resource stands in the table of costs', () => {
  const costs = read(PAPER).split('## What it costs')[1]!.split('\n## ')[0]!;
  // What is a part of another costs with it.
  const kinds = new Set(RESOURCES.map(({ type }) => type).filter((type) => type.split('/').length === 2));
  assert.equal(
    [...kinds].filter((type) => !costs.includes(`\`${type}\``)),
    [],
  );
});

test.run();
