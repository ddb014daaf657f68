import { request as httpRequest, type IncomingMessage } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointError } from '../../../../src/audit/checkpoints/errors.ts';
import type { ExportRefusal, Exports } from '../../../../src/audit/export/exports.ts';
import { LogError } from '../../../../src/log/port.ts';
import { callId, checked, type ExportRig, noteIn, notesIn, startExportRig } from '../../../audit/export/rig.ts';
import { Conversation } from '../../../domain/call/conversation.ts';
import { until } from '../../../support/until.ts';
import { type Rig, startRig } from '../../rig.ts';

const test = suite<{ exported: ExportRig; rig: Rig }>('routes of exports');
test.before.each(async (context) => {
  context.exported = await startExportRig();
  context.rig = await startRig({ exports: context.exported.exports });
});
test.after.each(({ rig }) => rig.close());

const BODY = { memberId: 'M-1', recipient: { name: 'Court of Example' }, purpose: 'HLEGAL' };
const URL_OF_ALL = '/api/audit/exports';
const partsUrl = (exportId: string): string => `${URL_OF_ALL}/${exportId}/parts`;

const begin = ({ server }: Rig, payload: object, headers: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url: URL_OF_ALL, payload, headers });
const partsOf = ({ server }: Rig, exportId: string, after: unknown) =>
  server.inject({ method: 'POST', url: partsUrl(exportId), payload: { after } as object });

test('an export is begun, and its lines are given behind each note', async ({ rig, exported }) => {
  await exported.keep(1, 'M-1');
  const begun = await begin(rig, BODY, { 'x-reason': 'subpoena 12' });
  assert.is(begun.statusCode, 201);
  const { exportId, firstLine } = begun.json();
  const rest = await partsOf(rig, exportId, noteIn(firstLine));
  assert.equal([rest.statusCode, rest.headers['content-type']], [200, 'application/x-ndjson']);
  const { findings, about } = await checked(firstLine + rest.body);
  assert.equal([findings, about?.by, about?.reason], [[], 'compliance:local', 'subpoena 12']);
});

test('each part is recorded as a look of the export, with its purpose, by whoever asks for it', async ({
  rig,
  exported,
}) => {
  await exported.keep(1, 'M-1');
  const { exportId, firstLine } = (await begin(rig, BODY, { 'x-reason': 'subpoena 12' })).json();
  assert.equal(rig.audit.seen, [], 'nothing is shown yet');
  await partsOf(rig, exportId, noteIn(firstLine));
  const [look, ...more] = rig.audit.seen;
  const { actor, action, purpose, requestId, reason, calls, members } = look!;
  assert.equal(
    { actor, action, purpose, requestId, reason, calls, members },
    {
      actor: 'compliance:local',
      action: 'export',
      purpose: 'HLEGAL',
      requestId: exportId,
      reason: 'subpoena 12',
      calls: [callId(1)],
      members: ['M-1'],
    },
  );
  assert.equal(more, []);
});

test('a look that cannot be recorded: nothing leaves', async ({ rig, exported }) => {
  await exported.keep(1, 'M-1');
  const { exportId, firstLine } = (await begin(rig, BODY)).json();
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'the disk is full');
  const { statusCode, body } = await partsOf(rig, exportId, noteIn(firstLine));
  assert.equal([statusCode, JSON.parse(body).code], [503, 'UNAVAILABLE']);
  assert.not.match(body, 'M-1');
});

test('a note that names as many streams as a part may hold is one to go on from', async ({ rig, exported }) => {
  for (let n = 1; n <= 260; n += 1) await exported.keep(n, 'M-1', Conversation.initiated());
  const { exportId, firstLine } = (await begin(rig, { ...BODY, memberId: undefined, from: '2026-03-02' })).json();
  const whole = (await partsOf(rig, exportId, noteIn(firstLine))).body;
  const [first = '', ...more] = notesIn(whole);
  assert.is(more.length, 1);
  assert.ok(first.length > 16 * 1024);
  const { statusCode, body } = await partsOf(rig, exportId, first);
  assert.is(statusCode, 200, body.slice(0, 200));
  assert.ok(whole.endsWith(body));
});

test('a hundred entries may be withheld, each with a long reason', async ({ rig, exported }) => {
  await exported.keep(1, 'M-1');
  const withhold = Array.from({ length: 100 }, (_, n) => ({ entries: `${callId(1)}/${n}`, reason: 'x'.repeat(200) }));
  assert.is((await begin(rig, { ...BODY, withhold })).statusCode, 201);
});

test('a huge period, and one that has only begun, are exported', async ({ rig, exported }) => {
  await exported.keep(1, 'M-1');
  for (const period of [{ from: '0001-01-01', to: '9999-12-31' }, { from: '2026-03-02' }]) {
    const { exportId, firstLine } = (await begin(rig, { ...BODY, memberId: undefined, ...period })).json();
    const { body } = await partsOf(rig, exportId, noteIn(firstLine));
    assert.is((await checked(firstLine + body)).totals.calls, 1);
  }
});

test('unknown exports, and notes that are none of this one', async ({ rig, exported }) => {
  await exported.keep(1, 'M-1');
  const [one, two] = [(await begin(rig, BODY)).json(), (await begin(rig, BODY)).json()];
  const codes: unknown[] = [];
  for (const [exportId, after] of [
    ['2026-03-02.00000000-0000-4000-8000-0000000000ff', noteIn(one.firstLine)],
    [one.exportId, noteIn(two.firstLine)],
    [one.exportId, ''],
    [one.exportId, 7],
    [one.exportId, 'x'.repeat(3 * 1024 ** 2)],
  ])
    codes.push((await partsOf(rig, exportId, after)).json().code);
  assert.equal(codes, ['EXPORT_NOT_FOUND', 'EXPORT_NOTE', 'EXPORT_NOTE', 'BAD_REQUEST', 'TOO_LARGE']);
});

test('no checkpoint can be made: no export, in words that name no path', async ({ rig, exported }) => {
  await exported.keep(1, 'M-1');
  exported.world.store.away('no answer of /a/folder');
  const { statusCode, headers, body } = await begin(rig, BODY);
  assert.equal([statusCode, JSON.parse(body).code], [503, 'CHECKPOINT_UNAVAILABLE']);
  assert.is(JSON.parse(body).title, 'No checkpoint can be made at the moment');
  assert.ok(headers['retry-after']);
  assert.not.match(body, '/a/folder');
  assert.equal(await exported.world.log.read('operation:2026-03-02'), []);
});

/** Exports that do as they are told. */
function told(parts: Exports['parts'], failure?: Error): Exports {
  return {
    async begin() {
      if (failure) throw failure;
      return { exportId: 'e', firstLine: 'l' };
    },
    parts,
    find: async () => null,
    again: async () => 'unknown',
    recent: async () => [],
  };
}

const TOLD: readonly (readonly [ExportRefusal, number, string])[] = [
  ['unknown', 404, 'EXPORT_NOT_FOUND'],
  ['not-ours', 400, 'EXPORT_NOTE'],
  ['begin-again', 409, 'EXPORT_BEGIN_AGAIN'],
];

test('why it does not go on is told by a code', async () => {
  for (const [refusal, status, code] of TOLD) {
    const rig = await startRig({ exports: told(async () => refusal) });
    const { statusCode, body } = await partsOf(rig, 'e', 'note');
    assert.equal([statusCode, JSON.parse(body).code], [status, code]);
    await rig.close();
  }
  const fork = new CheckpointError('CHECKPOINT_FORK', 'words');
  const forked = await startRig({ exports: told(async () => Promise.reject(fork), fork) });
  assert.is((await begin(forked, BODY)).json().code, 'CHECKPOINT_FORK');
  assert.is((await partsOf(forked, 'e', 'note')).json().code, 'CHECKPOINT_FORK');
  await forked.close();
});

test('where no checkpoints are made nothing is exported', async () => {
  const rig = await startRig();
  assert.is((await begin(rig, BODY)).json().code, 'CHECKPOINT_UNAVAILABLE');
  assert.is((await partsOf(rig, 'e', 'note')).json().code, 'CHECKPOINT_UNAVAILABLE');
  await rig.close();
});

/** As many parts as somebody takes, each of which is recorded before it is given. */
function endless() {
  const seen = { given: 0, closed: false };
  const exports = told(async (_id, _after, look) =>
    (async function* () {
      try {
        for (;;) {
          await look({ calls: [], members: [], action: 'export', purpose: 'HLEGAL', requestId: 'e' });
          seen.given += 1;
          yield Buffer.alloc(1024 ** 2, 'x');
        }
      } finally {
        seen.closed = true;
      }
    })(),
  );
  return { seen, exports };
}

test('a client that stops reading: no more is read for it than the network holds, and it ends with it', async () => {
  const { seen, exports } = endless();
  const rig = await startRig({ exports });
  const url = new URL(partsUrl('e'), await rig.server.listen({ host: '127.0.0.1', port: 0 }));
  const client = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  client.end('{"after":"note"}');
  const response = await new Promise<IncomingMessage>((resolve) => client.once('response', resolve));
  let received = 0;
  await new Promise<void>((resolve) => {
    response.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received < 3 * 1024 ** 2) return;
      response.pause();
      resolve();
    });
  });
  client.on('error', () => {});
  response.on('error', () => {});
  response.destroy();
  await until('the end of it', () => seen.closed);
  assert.is(rig.audit.seen.length, seen.given, 'each is recorded');
  const inTheNetwork = 16;
  assert.ok(seen.given <= 3 + inTheNetwork, `${seen.given} parts`);
  await rig.close();
});

test('what fails in between breaks the answer off, so that nobody takes it for whole', async () => {
  const exports = told(async () =>
    (async function* () {
      yield Buffer.from('a part\n');
      throw new LogError('LOG_UNAVAILABLE', 'the disk is full');
    })(),
  );
  const rig = await startRig({ exports });
  const url = new URL(partsUrl('e'), await rig.server.listen({ host: '127.0.0.1', port: 0 }));
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"after":"note"}' };
  const response = await fetch(url, init);
  const text = await response.text().catch(() => 'broken off');
  assert.equal([response.status, text], [200, 'broken off']);
  await rig.close();
});

const refused = suite<{ exported: ExportRig; rig: Rig }>('what is no export');
refused.before(async (context) => {
  context.exported = await startExportRig();
  await context.exported.keep(1, 'M-1');
  context.rig = await startRig({ exports: context.exported.exports });
});
refused.after(({ rig }) => rig.close());

const REFUSED: readonly (readonly [what: string, body: object, status: number, code: string, detail?: RegExp])[] = [
  ['nothing of what', { memberId: undefined }, 400, 'BAD_REQUEST', /say what to export/],
  ['two kinds', { from: '2026-03-01' }, 400, 'BAD_REQUEST', /say what to export/],
  [
    'a period that ends before it begins',
    { memberId: undefined, from: '2026-03-02', to: '2026-03-01' },
    400,
    'BAD_REQUEST',
    /^the period ends before it begins$/,
  ],
  ['no time', { memberId: undefined, from: 'yesterday' }, 400, 'BAD_REQUEST', /ISO 8601/],
  ['no recipient', { recipient: undefined }, 400, 'BAD_REQUEST'],
  ['an empty recipient', { recipient: { name: ' ' } }, 400, 'BAD_REQUEST'],
  ['a recipient of two lines', { recipient: { name: 'a\nb' } }, 400, 'BAD_REQUEST'],
  ['no purpose', { purpose: undefined }, 400, 'BAD_REQUEST'],
  ['an unknown purpose', { purpose: 'CURIOSITY' }, 400, 'BAD_REQUEST'],
  ['breaking the glass without a reason', { purpose: 'BTG' }, 400, 'REASON_REQUIRED'],
  ['something withheld without a reason', { withhold: [{ entries: 'OpenCall', reason: '' }] }, 400, 'BAD_REQUEST'],
  ['something else', { format: 'pdf' }, 400, 'BAD_REQUEST'],
  ['a member whom nobody knows', { memberId: 'M-9' }, 404, 'MEMBER_NOT_FOUND'],
  ['a call that nobody knows', { memberId: undefined, callSessionId: callId(9) }, 404, 'CALL_NOT_FOUND'],
  ['what is no id of a call', { memberId: undefined, callSessionId: 'x' }, 400, 'BAD_REQUEST', /id of a call/],
];

for (const [what, body, status, code, detail] of REFUSED) {
  refused(`${what}: ${code}, and no export`, async ({ rig, exported }) => {
    const { statusCode, body: answer } = await begin(rig, { ...BODY, ...body });
    const problem = JSON.parse(answer);
    assert.equal([statusCode, problem.code], [status, code]);
    if (detail) assert.match(problem.detail, detail);
    assert.equal(await exported.world.log.read('operation:2026-03-02'), []);
  });
}

test.run();
refused.run();
