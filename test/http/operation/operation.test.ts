import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HEALTH_PROBLEMS, NO_CHECKPOINTS } from '../../../src/app/api.ts';
import { HEALTHY } from '../fake-app.ts';
import { type Rig, startRig } from '../rig.ts';
import { CALL } from '../samples.ts';

const test = suite<Rig>('operation');
test.before.each(async (context) => {
  Object.assign(context, await startRig());
});
test.after.each((context) => context.close());

test('the process is live also when it is not ready', async ({ server, fake }) => {
  assert.equal((await server.inject('/health/ready')).json(), {
    status: 'ready',
    version: '1.2.3',
    simulated: false,
    problems: [],
    codes: [],
  });
  const problems = ['the log takes no entries: the disk is full'];
  const problemCounts = { ...fake.appHealth.problemCounts, LOG_UNAVAILABLE: 1 };
  fake.appHealth = { ...fake.appHealth, ready: false, problems, problemCounts };
  const response = await server.inject('/health/ready');
  assert.is(response.statusCode, 503);
  assert.is(response.headers['content-type'], 'application/problem+json');
  assert.is(response.json().code, 'NOT_READY');
  assert.equal(response.json().problems, problems);
  assert.equal(response.json().codes, ['LOG_UNAVAILABLE']);
  assert.equal((await server.inject('/health/live')).json(), { status: 'live' });
});

test('which release runs is told by health, metrics and the description', async ({ server, fake }) => {
  const versionOf = async (url: string) => (await server.inject(url)).json();
  assert.is((await versionOf('/health/ready')).version, '1.2.3');
  fake.appHealth = { ...fake.appHealth, ready: false };
  assert.is((await versionOf('/health/ready')).version, '1.2.3');
  assert.is((await versionOf('/docs/json')).info.version, '1.2.3');
  assert.match((await server.inject('/metrics')).body, /^callistra_build_info{version="1\.2\.3"} 1$/m);
});

test('a process that will never write again asks to be replaced', async ({ server, fake }) => {
  fake.appHealth = {
    ...fake.appHealth,
    log: { ...fake.appHealth.log, trouble: 'it has closed itself', restart: true },
  };
  const response = await server.inject('/health/live');
  assert.is(response.statusCode, 503);
  assert.is(response.json().code, 'RESTART_NEEDED');
});

test('every kind of problem is a metric, 0 while there is none', async ({ server, fake }) => {
  for (const code of HEALTH_PROBLEMS) {
    fake.appHealth = { ...HEALTHY, problemCounts: { ...HEALTHY.problemCounts, [code]: 2 } };
    const { body } = await server.inject('/metrics');
    for (const other of HEALTH_PROBLEMS) {
      assert.match(body, new RegExp(`^callistra_problems{code="${other}"} ${other === code ? 2 : 0}$`, 'm'));
    }
  }
});

test('the log and its disk are metrics', async ({ server, fake }) => {
  const [log, room] = [
    { trouble: 'full', restart: false, failures: 4, silentMs: 90_500 },
    { isShort: true, freeBytes: 7 },
  ];
  fake.appHealth = { ...HEALTHY, log, room };
  await server.inject('/metrics');
  const { body } = await server.inject('/metrics');
  for (const line of [
    'callistra_log_available 0',
    'callistra_log_failures_total 4',
    'callistra_log_silent_seconds 90.5',
    'callistra_disk_low 1',
    'callistra_disk_free_bytes 7',
  ])
    assert.match(body, new RegExp(`^${line}$`, 'm'));
});

test('how far the log is vouched for is a metric', async ({ server, fake }) => {
  const witnesses = [
    { name: 'one.example/w', cosignedSize: 12 },
    { name: 'two.example/w', cosignedSize: null },
  ];
  const checkpoints = { ...NO_CHECKPOINTS, fork: 'a witness knows more', uncoveredMs: 61_500, treeSize: 40, witnesses };
  fake.appHealth = { ...HEALTHY, checkpoints };
  const { body } = await server.inject('/metrics');
  for (const line of [
    'callistra_checkpoint_fork 1',
    'callistra_checkpoint_uncovered_seconds 61.5',
    'callistra_checkpoint_tree_size 40',
    'callistra_witness_cosigned_size{witness="one.example/w"} 12',
    'callistra_witness_cosigned_size{witness="two.example/w"} -1',
  ])
    assert.match(body, new RegExp(`^${line}$`, 'm'));
});

test('metrics tell the state of the application and the time of every route by its template', async ({
  server,
  fake,
}) => {
  fake.appHealth = { ...fake.appHealth, ready: false, projectionLagMs: 1_500, openCalls: 7, dispatching: 2 };
  await server.inject(`/api/calls/status/${CALL}`);
  await server.inject('/api/calls/status/a%20b');
  await server.inject('/no/such/route/+15550142');
  const { body, headers } = await server.inject('/metrics');
  assert.match(body, 'callistra_dial_limit 2');
  assert.match(body, 'callistra_parked_calls 0');
  assert.match(String(headers['content-type']), 'text/plain');
  assert.match(body, 'callistra_open_calls 7');
  assert.match(body, 'callistra_dispatching_commands 2');
  assert.match(body, 'callistra_projection_lag_seconds 1.5');
  assert.match(body, 'callistra_ready 0');
  assert.match(body, 'process_cpu_seconds_total');
  const count = 'callistra_http_request_duration_seconds_count{method="GET",route="/api/calls/status/:id"';
  assert.match(body, `${count},status="200"} 1`);
  assert.match(body, `${count},status="400"} 1`);
  assert.not.match(body, CALL);
  assert.not.match(body, '15550142');
});

test('the description is OpenAPI 3.0 and names every route', async ({ server }) => {
  const document = (await server.inject('/docs/json')).json();
  assert.is(document.openapi, '3.0.3');
  const paths = Object.keys(document.paths).sort();
  assert.equal(paths, [
    '/api/audit/access',
    '/api/audit/access/review',
    '/api/audit/backups',
    '/api/audit/calls/{id}',
    '/api/audit/calls/{id}/check',
    '/api/audit/calls/{id}/proof',
    '/api/audit/checkpoint',
    '/api/audit/disclosures',
    '/api/audit/evidence',
    '/api/audit/evidence/looks',
    '/api/audit/exports',
    '/api/audit/exports/{exportId}',
    '/api/audit/exports/{exportId}/parts',
    '/api/audit/fhir/audit-events',
    '/api/audit/log/checkpoint',
    '/api/audit/log/tile/{tile}',
    '/api/audit/members/{id}',
    '/api/audit/members/{id}/disclosures',
    '/api/audit/reopen',
    '/api/audit/requests',
    '/api/audit/search',
    '/api/audit/sign-offs',
    '/api/audit/suspensions',
    '/api/audit/verify',
    '/api/calls',
    '/api/calls/events',
    '/api/calls/figures',
    '/api/calls/initiate/{memberId}',
    '/api/calls/status/{id}',
    '/api/calls/stuck',
    '/api/calls/{callSessionId}/cancel',
    '/api/calls/{callSessionId}/check',
    '/api/calls/{callSessionId}/close',
    '/api/members',
    '/api/members/import',
    '/api/members/search',
    '/api/members/{memberId}',
    '/api/members/{memberId}/number',
    '/api/quarantine',
    '/api/quarantine/discard',
    '/api/quarantine/{id}/discard',
    '/api/quarantine/{id}/release',
    '/api/questionnaires',
    '/api/questionnaires/{hash}',
    '/api/questionnaires/{hash}/rehearsal',
    '/api/sessions/{name}',
    '/api/sessions/{name}/end',
    '/health/live',
    '/health/ready',
    '/metrics',
  ]);
  const events = document.paths['/api/calls/events'].post;
  assert.equal(events.security, [{ acsToken: [] }, { eventGridToken: [] }, { eventGridSecret: [] }]);
  const handshake = document.paths['/api/calls/events'].options;
  assert.is(handshake.requestBody, undefined);
  assert.match(JSON.stringify(handshake.parameters), 'WebHook-Request-Origin');
  assert.equal(Object.keys(events.requestBody.content), [
    'application/json',
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
  ]);
});

test('the page of the description works under its own content security policy', async ({ server }) => {
  const page = await server.inject('/docs');
  assert.is(page.statusCode, 200);
  const policy = String(page.headers['content-security-policy']);
  assert.match(policy, "script-src 'self'");
  assert.not.match(policy, 'upgrade-insecure-requests');
  const scripts = [...page.body.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)];
  assert.ok(scripts.length > 0);
  for (const [, attributes = '', inline = ''] of scripts) {
    assert.is(inline.trim(), '');
    const source = /src="\.?([^"]+)"/.exec(attributes)?.[1] ?? '';
    const path = source.startsWith('/docs') ? source : `/docs${source.startsWith('/') ? '' : '/'}${source}`;
    assert.is((await server.inject(path)).statusCode, 200, source);
  }
});

test('every address that no route takes is a problem, and a wrong method is told the right ones', async ({
  server,
}) => {
  const lost = await server.inject('/api/none?secret=1');
  assert.is(lost.statusCode, 404);
  assert.is(lost.json().code, 'ROUTE_NOT_FOUND');
  for (const [method, url, allow] of [
    ['GET', '/api/calls/events', 'OPTIONS, POST'],
    ['PUT', '/api/calls/initiate/M-1', 'POST'],
    ['DELETE', `/api/calls/status/${CALL}`, 'GET, HEAD'],
    ['POST', '/health/live', 'GET, HEAD'],
  ] as const) {
    const response = await server.inject({ method, url });
    assert.is(response.statusCode, 405, url);
    assert.is(response.headers.allow, allow);
    assert.is(response.json().code, 'METHOD_NOT_ALLOWED');
  }
});

test('addresses that cannot be read are problems too, and are not quoted', async ({ server }) => {
  for (const [url, status] of [
    ['/api/calls/status/%zz15550142', 400],
    [`/api/calls/status/${'15550142'.repeat(100)}`, 414],
  ] as const) {
    const response = await server.inject(url);
    assert.is(response.statusCode, status);
    assert.is(response.headers['content-type'], 'application/problem+json');
    assert.not.match(response.body, '15550142');
  }
});

test('a problem has the members of RFC 9457 and a code that stays', async ({ server, fake }) => {
  fake.rows = null;
  assert.equal((await server.inject(`/api/calls/status/${CALL}`)).json(), {
    type: 'urn:problem-type:callistra:call-not-found',
    title: 'There is no such call',
    status: 404,
    code: 'CALL_NOT_FOUND',
  });
});

test.run();
