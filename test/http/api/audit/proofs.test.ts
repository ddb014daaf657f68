import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Proofs } from '../../../../src/audit/api.ts';
import { CheckpointError } from '../../../../src/audit/checkpoints/errors.ts';
import { leafHash } from '../../../../src/tlog/hash.ts';
import { sha256 } from '../../../support/sha256.ts';
import { treeOver } from '../../../tlog/samples.ts';
import { type Rig, startRig } from '../../rig.ts';
import { CHECKPOINT_STATUS } from './samples.ts';

const leaves = Array.from({ length: 600 }, (_, index) => Buffer.from(`leaf ${index}\n`));
const { tree } = treeOver(leaves.map(leafHash));

type Given = { newest: string | null; failure: Error | null; reopened: (readonly [string, string])[]; made: number };

/** Proofs over a real tree, that fail when told to. */
function proofsOf(given: Given): Proofs {
  return {
    newest: async () => given.newest,
    async make() {
      if (given.failure) throw given.failure;
      given.made += 1;
      return 'a note\n';
    },
    tree: () => tree,
    leaf: async (index) => leaves[index]!,
    status: () => CHECKPOINT_STATUS,
    async reopen(reason, actor) {
      given.reopened.push([reason, actor]);
      return { origin: 'plan.example/2', verifierKey: 'plan.example/2+id+key' };
    },
  };
}

const test = suite<{ rig: Rig; given: Given }>('routes of proofs');
test.before.each(async (context) => {
  context.given = { newest: 'origin\n600\nroot\n\n\u2014 a b\n', failure: null, reopened: [], made: 0 };
  context.rig = await startRig({ proofs: proofsOf(context.given) });
});
test.after.each(({ rig }) => rig.close());

const get = ({ server }: Rig, path: string) => server.inject(`/api/audit/log/${path}`);

test('the newest checkpoint is given to the letter', async ({ rig, given }) => {
  const { statusCode, headers, body } = await get(rig, 'checkpoint');
  assert.equal([statusCode, headers['content-type'], body], [200, 'text/plain; charset=utf-8', given.newest]);
  given.newest = null;
  assert.is((await get(rig, 'checkpoint')).json().code, 'CHECKPOINT_NOT_FOUND');
});

const TILES: readonly (readonly [path: string, level: number, index: number, width: number])[] = [
  ['tile/0/000', 0, 0, 256],
  ['tile/0/001', 0, 1, 256],
  ['tile/0/002.p/88', 0, 2, 88],
  ['tile/0/002.p/5', 0, 2, 5],
  ['tile/1/000.p/2', 1, 0, 2],
];

for (const [path, level, index, width] of TILES) {
  test(`${path} is the tile of the tree`, async ({ rig }) => {
    const { statusCode, headers, rawPayload } = await get(rig, path);
    assert.equal([statusCode, headers['content-type']], [200, 'application/octet-stream']);
    assert.ok(rawPayload.equals(await tree.tile(level, index, width)));
  });
}

test('a tile of entries holds the leaves, each behind its length', async ({ rig }) => {
  const { rawPayload } = await get(rig, 'tile/entries/002.p/88');
  const read: string[] = [];
  for (let at = 0; at < rawPayload.length; at += 2 + rawPayload.readUInt16BE(at))
    read.push(rawPayload.subarray(at + 2, at + 2 + rawPayload.readUInt16BE(at)).toString());
  assert.equal(read, leaves.slice(512).map(String));
});

const NO_TILES = [
  'tile/0/002',
  'tile/0/002.p/89',
  'tile/0/003.p/1',
  'tile/1/000',
  'tile/1/000.p/3',
  'tile/2/000.p/1',
  'tile/entries/002',
  'tile/0/0',
  'tile/0/x000/000',
  'tile/0/000.p/0',
  'tile/9/000',
  'tile/',
  'tile/0/%2e%2e/000',
];

for (const path of NO_TILES) {
  test(`${path} is no tile of this tree`, async ({ rig }) => {
    const { statusCode, body } = await get(rig, path);
    assert.equal([statusCode, JSON.parse(body).code], [404, 'TILE_NOT_FOUND']);
  });
}

test('a checkpoint can be made now, and a tree be opened again with a reason, by name', async ({ rig, given }) => {
  const made = await rig.server.inject({ method: 'POST', url: '/api/audit/checkpoint' });
  assert.equal([made.statusCode, made.body, given.made], [200, 'a note\n', 1]);
  const url = '/api/audit/reopen';
  for (const payload of [{}, { reason: '' }, { reason: 'x'.repeat(501) }, { reason: 'r', more: 1 }])
    assert.is((await rig.server.inject({ method: 'POST', url, payload })).statusCode, 400);
  const payload = { reason: 'the log was restored' };
  const reopened = await rig.server.inject({ method: 'POST', url, payload });
  assert.equal(reopened.json(), { origin: 'plan.example/2', verifierKey: 'plan.example/2+id+key' });
  assert.equal(given.reopened, [['the log was restored', 'compliance:local']]);
});

const FAILURES = [
  ['CHECKPOINT_STORE_UNAVAILABLE', 503, 'CHECKPOINT_UNAVAILABLE'],
  ['CHECKPOINT_FORK', 409, 'CHECKPOINT_FORK'],
  ['CHECKPOINT_KEY', 409, 'CHECKPOINT_KEY'],
] as const;

for (const [code, status, answered] of FAILURES) {
  test(`${code} is answered with ${answered}`, async ({ rig, given }) => {
    given.failure = new CheckpointError(code, 'words about /a/folder');
    const { statusCode, body } = await rig.server.inject({ method: 'POST', url: '/api/audit/checkpoint' });
    assert.equal([statusCode, JSON.parse(body).code], [status, answered]);
    assert.not.match(body, '/a/folder');
  });
}

const ROUTES = [
  ['GET', '/api/audit/log/checkpoint'],
  ['GET', '/api/audit/log/tile/0/000'],
  ['POST', '/api/audit/checkpoint'],
  ['POST', '/api/audit/reopen'],
] as const;

test('they are for compliance, and for nobody else', async () => {
  const keys = (['Coordinator', 'Operator', 'Compliance'] as const).map((role) => ({
    name: role.toLowerCase(),
    sha256: sha256(`key of ${role}`),
    roles: [role],
  }));
  const given: Given = { newest: 'note\n', failure: null, reopened: [], made: 0 };
  const rig = await startRig({ proofs: proofsOf(given), staff: { mode: 'api-keys', keys } });
  for (const [method, url] of ROUTES) {
    const asking = (key?: string) =>
      rig.server.inject({
        method,
        url,
        ...(key !== undefined && { headers: { 'x-api-key': key } }),
        ...(url.endsWith('reopen') && { payload: { reason: 'r' } }),
      });
    const statuses = [await asking(), await asking('key of Coordinator'), await asking('key of Operator')];
    assert.equal(
      statuses.map(({ statusCode }) => statusCode),
      [401, 403, 403],
      url,
    );
    assert.is((await asking('key of Compliance')).statusCode, 200, url);
  }
  await rig.close();
});

test('where no checkpoints are made there is none to be shown, and none can be made', async () => {
  const rig = await startRig();
  assert.equal(
    [await get(rig, 'checkpoint'), await get(rig, 'tile/0/000.p/1')].map(({ statusCode }) => statusCode),
    [404, 404],
  );
  const make = { method: 'POST', url: '/api/audit/checkpoint' } as const;
  assert.is((await rig.server.inject(make)).json().code, 'CHECKPOINT_UNAVAILABLE');
  const reopen = { method: 'POST', url: '/api/audit/reopen', payload: { reason: 'r' } } as const;
  assert.is((await rig.server.inject(reopen)).json().code, 'CHECKPOINT_UNAVAILABLE');
  await rig.close();
});

test.run();
