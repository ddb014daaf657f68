import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LogError } from '../../src/log/port.ts';
import { callId, checked, keepLarge } from '../audit/export/rig.ts';
import { CHECKPOINT_STATUS, WHOLE_CALL } from '../http/api/audit/samples.ts';
import { CALL, ROWS } from '../http/samples.ts';
import {
  AS_COMPLIANCE,
  type AuditRig,
  assertIsFile,
  COURT,
  FOUND,
  fill,
  HOST,
  made,
  NEW,
  startAuditRig,
} from './audit-rig.ts';
import { reviewed } from './reviewed.ts';

const test = suite<AuditRig>('what Compliance does in the console');
test.before(async (context) => void Object.assign(context, await startAuditRig()));
test.before.each(({ audit, fake }) => {
  fill(audit);
  fake.rows = ROWS;
});
test.after(({ server }) => server.close());

const PAGES = [
  '/console/audit',
  '/console/audit?memberId=M-1',
  '/console/audit/looks',
  '/console/audit/verify',
  '/console/audit/exports',
  `${NEW}?member=M-1`,
  '/console/audit/exports/EXPORT',
  '/console/audit/members/M-1/disclosures',
  '/console/audit/checkpoint',
  `/console/calls/${CALL}/proof`,
];
const FORMS = ['/console/audit/verify', '/console/audit/checkpoint', NEW, '/console/audit/exports/EXPORT/file'];

test('it is for Compliance, and says so to the others', async (rig) => {
  const page = await made(rig);
  const id = page.split('/').at(-1)!;
  const before = (await rig.exported.exports.recent('2026-03-02')).length;
  for (const role of ['Coordinator', 'Operator']) {
    const headers = { cookie: `callistra-seen-as=${role}` };
    const answers = [
      ...PAGES.map((path) => rig.get(path.replace('EXPORT', id), headers)),
      ...FORMS.map((path) => rig.post(path.replace('EXPORT', id), COURT, headers)),
    ];
    for (const { statusCode, body } of await Promise.all(answers)) {
      assert.is(statusCode, 403);
      assert.match(body, /exports are for Compliance/);
    }
  }
  assert.is((await rig.exported.exports.recent('2026-03-02')).length, before, 'nobody else has begun one');
  for (const path of PAGES) assert.is((await rig.get(path.replace('EXPORT', id))).statusCode, 200, path);
  const coordinators = await rig.get(`/console/calls/${CALL}`, { cookie: 'callistra-seen-as=Coordinator' });
  assert.not.match(coordinators.body, /Download its proof|id="badge"/);
});

/** Pages that show or give something of somebody, with what their look says. */
const LOOKS: readonly (readonly [path: string, action: string, members: readonly string[]])[] = [
  ['/console/audit?memberId=M-1', 'search', ['M-1']],
  ['/console/audit/looks?member=M-1', 'access', ['M-1']],
  ['/console/audit/verify', 'verify', ['M-7']],
  ['/console/audit/exports', 'disclosures', ['M-1']],
  [`${NEW}?member=M-1`, 'search', ['M-1']],
  ['/console/audit/exports/EXPORT', 'disclosures', ['M-1']],
  ['/console/audit/members/M-1/disclosures', 'disclosures', ['M-1']],
  [`/console/calls/${CALL}`, 'replay', ['M-1']],
  [`/console/calls/${CALL}/proof`, 'replay', ['M-1']],
];

test('each page has one look that names who is shown, before it is sent', async (rig) => {
  rig.audit.verified = { underWay: null, last: FOUND };
  const id = (await made(rig)).split('/').at(-1)!;
  for (const [path, action, members] of LOOKS) {
    rig.audit.seen.length = 0;
    assert.is((await rig.get(path.replace('EXPORT', id))).statusCode, 200, path);
    const looks = rig.audit.seen.map((look) => [look.actor, look.action, look.members]);
    assert.equal(looks, [['compliance:local', action, members]], path);
  }
});

test('a look that cannot be put down: no page shows anybody, and no file leaves', async (rig) => {
  rig.audit.verified = { underWay: null, last: FOUND };
  const page = await made(rig);
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  const paths = LOOKS.map(([path]) => path.replace('EXPORT', page.split('/').at(-1)!));
  const answers = [...paths.map((path) => rig.get(path)), rig.post(`${page}/file`)];
  for (const { statusCode, headers, body } of await Promise.all(answers)) {
    assert.equal([statusCode, headers['content-disposition']], [503, undefined]);
    // The page's own address, to try again.
    assert.not.match(body.replaceAll(/"\/console\/[^"]*"/g, ''), /M-1|M-7|Court|a proof|callistra\/export/);
  }
});

test('a call that was written anew is called altered, in words, where it is shown', async (rig) => {
  const finding = { stream: CALL, version: 4, kind: 'rewritten' } as const;
  rig.audit.checked = { check: async () => ({ ...WHOLE_CALL, verdict: 'altered', findings: [finding] }) };
  const { body } = await rig.get(`/console/calls/${CALL}`);
  assert.match(body, /✕<\/span> Altered<\/span>/);
  assert.match(body, /somebody has altered the log.*entry 4.*written anew and all hashes were computed again/s);
});

test('a call says which checkpoint covers it, and gives its proof as a file', async ({ get }) => {
  const { body } = await get(`/console/calls/${CALL}`);
  assert.match(body, /✓<\/span> Whole<\/span>.*600 heads of streams, <time[^>]*>Mon 2 Mar, 09:00:00 UTC/s);
  const proof = await get(`/console/calls/${CALL}/proof`);
  assert.is(proof.body, 'a proof\n');
  assertIsFile(proof.headers);
});

test('an export by the form is one file that proves itself, the same each time it is taken', async (rig) => {
  await keepLarge(rig.exported, 2);
  const shown = await rig.get(`${NEW}?member=M-1`);
  assert.match(shown.body, /<strong>\s*1 call\s*<\/strong>/);
  const page = await made(rig);
  assert.match((await rig.get(page)).body, /Not whole/);
  rig.audit.seen.length = 0;
  const file = await rig.post(`${page}/file`);
  assertIsFile(file.headers);
  const { findings, about, totals } = await checked(file.body);
  assert.equal([findings, totals.calls], [[], 3]);
  assert.equal(
    [about?.by, about?.recipient.name, about?.purpose, about?.reason],
    ['compliance:local', 'Court of Example', 'HLEGAL', 'subpoena 12'],
  );
  const looks = rig.audit.seen.filter(({ action }) => action === 'export');
  assert.ok(looks.length > 1, 'a look for each part');
  assert.equal(
    looks.flatMap(({ calls }) => calls),
    [callId(7), callId(1), callId(2)],
  );
  assert.ok(looks.every(({ requestId, purpose }) => page.endsWith(requestId) && purpose === 'HLEGAL'));
  assert.is((await rig.post(`${page}/file`)).body, file.body);
  assert.match((await rig.get(page)).body, /The file has left, all of it: 2 parts, 3 calls.*Whole/s);
});

test('a part that cannot be put down breaks the file off, and the page says so', async () => {
  const rig = await startAuditRig();
  await keepLarge(rig.exported, 2);
  const page = await made(rig);
  const url = await rig.server.listen({ host: HOST, port: 0 });
  let parts = 0;
  rig.audit.access.record = async () => {
    parts += 1;
    if (parts === 2) throw new LogError('LOG_UNAVAILABLE', 'the disk is full');
  };
  const headers = { cookie: AS_COMPLIANCE.cookie, origin: url };
  try {
    const answer = await fetch(`${url}${page}/file`, { method: 'POST', headers });
    assert.is(await answer.text().catch(() => 'broken off'), 'broken off');
    const { body } = await rig.get(page);
    assert.match(body, /The file was broken off: 1 part, 2 calls.*Not whole/s);
  } finally {
    await rig.server.close();
  }
});

test('what was typed stays when it is not done, and why is said', async (rig) => {
  const missing = await rig.post(NEW, { ...COURT, name: '', reason: 'subpoena <i>12</i>' });
  assert.is(missing.statusCode, 400);
  assert.match(missing.body, /role="alert">\s*Say who is given it/);
  assert.match(missing.body, /value="subpoena &lt;i>12&lt;\/i>"/);
  assert.match(missing.body, /<option (?=[^>]*selected)(?=[^>]*value="HLEGAL")/);
  rig.exported.world.store.away('no answer of /a/folder');
  const away = await rig.post(NEW, COURT);
  rig.exported.world.store.away(null);
  assert.is(away.statusCode, 503);
  assert.match(away.body, /No checkpoint can be made at the moment, so nothing was exported/);
  assert.match(away.body, /value="Court of Example"/);
});

const REFUSED: readonly (readonly [fields: Record<string, string>, status: number, words: RegExp])[] = [
  [{ purpose: 'CURIOSITY' }, 400, /Say what it is for/],
  [{ purpose: 'BTG', reason: '' }, 400, /Who breaks the glass says why/],
  [{ name: 'x'.repeat(201) }, 400, /too long/],
  [{ reason: 'a\u0000b' }, 400, /no character/],
  [{ call: callId(1) }, 400, /one call, one member, or days/],
  [{ member: '', from: '2026-03-32' }, 400, /A day is written as/],
  [{ member: '', from: '2026-03-02', to: '2026-03-01' }, 400, /ends before it begins/],
  [{ member: 'M-404' }, 404, /Nobody knows such a call or such a member/],
  [{ member: '', call: 'x' }, 400, /no id of a call/],
];

test('what cannot be exported is refused in words, and nothing is begun', async (rig) => {
  const before = (await rig.exported.exports.recent('2026-03-02')).length;
  for (const [fields, status, words] of REFUSED) {
    const { statusCode, body } = await rig.post(NEW, { ...COURT, ...fields });
    assert.is(statusCode, status, JSON.stringify(fields));
    assert.match(body, words);
  }
  assert.is((await rig.exported.exports.recent('2026-03-02')).length, before);
});

test('what is live of a page is numbers, and leaves no entry', async (rig) => {
  const page = await made(rig);
  rig.audit.verified = { underWay: null, last: FOUND };
  rig.audit.seen.length = 0;
  for (const path of [page, '/console/audit/verify']) {
    const { statusCode, body } = await rig.get(path, { 'x-callistra-live': '1' });
    assert.is(statusCode, 200);
    assert.not.match(body, /M-1|M-7|Court|subpoena|019a/);
  }
  assert.equal(rig.audit.seen, []);
});

test('a verification is begun once for a click, shows how far it is, and says in words what it found', async (rig) => {
  const { statusCode, headers } = await rig.post('/console/audit/verify');
  assert.equal([statusCode, headers['location']], [303, '/console/audit/verify']);
  const underWay = { ...{ streams: 1_234, entries: 1, simulatedCalls: 0, findings: [], findingCount: 0 } };
  const going = { ...underWay, notes: [], noteCount: 0, restsOn: null, share: 0.5 };
  rig.audit.verified = { underWay: going, last: null };
  const during = await rig.get('/console/audit/verify');
  assert.match(during.body, /data-busy.*1,234 streams with 1 entry so far, nothing found/s);
  assert.match(during.body, /<meter [^>]*value="0.5"/);
  rig.audit.verified = { underWay: null, last: FOUND };
  const after = await rig.get('/console/audit/verify');
  assert.not.match(after.body, /data-busy/);
  assert.match(after.body, /2 findings.*entry 4.*written anew.*\/console\/calls\/019/s);
});

test('checkpoints and witnesses are told in words, and the newest is taken away as a file', async (rig) => {
  const { body } = await rig.get('/console/audit/verify');
  assert.match(body, /covers 600 heads of streams.*witness\.example.*one of 512 heads, 88 fewer/s);
  const { statusCode } = await rig.post('/console/audit/checkpoint');
  assert.is(statusCode, 303);
  const file = await rig.get('/console/audit/checkpoint');
  assertIsFile(file.headers);
  assert.is(file.body, await rig.exported.instance.checkpoints.newest());
});

test('texts of people are shown as texts', async (rig) => {
  const recipient = '<script>alert(1)</script>\u202e javascript:alert(1) 👩‍⚖️';
  const page = await made(rig, { ...COURT, name: recipient });
  for (const path of [page, '/console/audit/exports', '/console/audit/looks']) {
    const { body } = await rig.get(path);
    assert.not.match(body, /<script>alert|<b>why/);
    assert.not.match(body, /href="javascript:/);
  }
  assert.match((await rig.get('/console/audit/exports')).body, /<bdi>&lt;script>alert\(1\)&lt;\/script>\u202e/);
});

test('a search that cannot be says why, and leaves no look; an id of ours leads to its call', async (rig) => {
  for (const query of ['from=2026-03-02', 'staff=anna', 'memberId=%00x', 'from=x&to=y']) {
    assert.is((await rig.get(`/console/audit?${query}`)).statusCode, 400, query);
  }
  assert.equal(rig.audit.seen, []);
  const { statusCode, headers } = await rig.get(`/console/audit?connectionId=${CALL.toUpperCase()}`);
  assert.equal([statusCode, headers['location']], [303, `/console/calls/${CALL}`]);
});

test('a member who was removed meanwhile, and an export that nobody began, are said not to be there', async (rig) => {
  rig.audit.disclosed = {};
  rig.fake.rows = null;
  const missing = [
    '/console/audit/members/M-1/disclosures',
    '/console/audit/members/%3Cb%3E/disclosures',
    '/console/audit/exports/2026-03-02.00000000-0000-4000-8000-0000000000ff',
    '/console/audit/exports/..%2f..%2fetc',
    `${NEW}?call=${callId(9)}`,
  ];
  for (const path of missing) assert.is((await rig.get(path)).statusCode, 404, path);
  rig.audit.checked = {};
  assert.match((await rig.get(`/console/calls/${CALL}/proof`)).body, /No checkpoint covers such a call yet/);
  assert.equal(rig.audit.seen, []);
});

const bare = suite('where no checkpoints are made');

bare('exports and verification say so', async () => {
  const rig = await startAuditRig({ proofs: null, exports: null });
  const pages = ['/console/audit/exports', NEW, '/console/audit/exports/2026-03-02.x'];
  for (const path of pages) {
    const { statusCode, body } = await rig.get(path);
    assert.is(statusCode, 503, path);
    assert.match(body, /No checkpoints are made here/);
  }
  assert.match((await rig.get('/console/audit/verify')).body, /No checkpoints are made/);
  await rig.server.close();
});

bare('a fork says that nothing is signed', async () => {
  const fork = 'a witness knows another log';
  const rig = await startAuditRig();
  Object.assign(rig.audit, {
    proofs: { ...rig.audit.proofs, status: () => ({ ...CHECKPOINT_STATUS, fork }) },
  });
  const { body } = await rig.get('/console/audit/verify');
  assert.match(body, /Somebody knows another log than this one.*a witness knows another log/s);
  await rig.server.close();
});

test.run();
bare.run();
reviewed.run();
