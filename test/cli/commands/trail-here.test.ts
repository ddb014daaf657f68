import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Look } from '../../../src/audit/access/look.ts';
import type { Disclosures } from '../../../src/audit/disclosures/api.ts';
import { createDisclosures } from '../../../src/audit/disclosures/disclosures.ts';
import { ApiError } from '../../../src/cli/api-client.ts';
import { history, replay, search } from '../../../src/cli/commands/audit-trail.ts';
import type { Trail } from '../../../src/cli/commands/trail.ts';
import { trailHere } from '../../../src/cli/commands/trail-here.ts';
import type { Output } from '../../../src/cli/output.ts';
import { LogError } from '../../../src/log/port.ts';
import { busyOn, callId, type ReplayRig, startReplayRig } from '../../audit/replay/rig.ts';
import { rejectsWith } from '../../log/samples.ts';
import { freePort } from '../../support/free-port.ts';

type Shown = Pick<Look, 'action' | 'calls' | 'members' | 'fields'>;
type Here = ReplayRig & { trail: Trail; disclosures: Disclosures; looks: Shown[]; lines: string[]; output: Output };

const LOOKED_AT_BY_NOBODY = { looks: async () => [], ids: { uuid: () => '00000000-0000-4000-8000-000000000001' } };

const test = suite<Here>('trail here');
test.before.each(async (context) => {
  const rig = await startReplayRig();
  const [looks, lines]: [Shown[], string[]] = [[], []];
  const line = (text = '') => void lines.push(text);
  const disclosures = createDisclosures({ ...rig.stores, ...LOOKED_AT_BY_NOBODY, clock: rig.clock });
  const trail = trailHere({
    replays: rig.replays,
    disclosures,
    actor: 'operator:bo',
    look: async (shown) => void looks.push(shown),
  });
  Object.assign(context, rig, {
    trail,
    disclosures,
    looks,
    lines,
    output: { line, note: line, json: () => {}, progress: () => {} },
  });
  for (const n of [1, 2]) await rig.keep({ id: callId(n), conversation: busyOn(n) });
});
test.after.each((context) => context.close());

/** Nobody listens there. */
const port = await freePort();
const options = ({ trail }: Here) => ({
  url: `http://127.0.0.1:${port}`,
  json: false,
  raw: false,
  here: async () => ({ ...trail, close: async () => {} }),
});

test('where no server runs a command tells what the stores here have, and records that', async (here) => {
  assert.is(await replay(callId(1), options(here), here.output), 0);
  assert.match(here.lines.join('\n'), 'ACS: line busy');
  assert.is(await history('M-1', options(here), here.output), 0);
  assert.is(await search({ ...options(here), member: 'M-1', disposition: 'busy' }, here.output), 0);
  assert.equal(
    here.looks.map(({ action, members, fields }) => ({ action, members, fields })),
    [
      { action: 'replay', members: ['M-1'], fields: undefined },
      { action: 'history', members: ['M-1'], fields: undefined },
      { action: 'search', members: ['M-1'], fields: ['memberId', 'disposition'] },
    ],
  );
});

test('what is not there or not to be asked is told as a server tells it', async (here) => {
  for (const [run, words] of [
    [() => replay('nobody', options(here), here.output), 'CALL_NOT_FOUND'],
    [() => replay(callId(1), { ...options(here), asOf: 'x' }, here.output), 'asOf takes'],
    [() => history('M-9', options(here), here.output), 'MEMBER_NOT_FOUND'],
    [() => history('M-1', { ...options(here), cursor: 'x' }, here.output), 'cursor'],
    [() => history('M-1', { ...options(here), limit: '0' }, here.output), 'limit'],
    [() => search(options(here), here.output), 'say what to search for'],
  ] as const) {
    assert.is(await run(), 1);
    assert.match(here.lines.at(-1) ?? '', words);
  }
  assert.equal(here.looks, []);
});

test('a server that answers is asked, and one whose name cannot be found is no proof that none runs', async (here) => {
  assert.is(await replay(callId(1), { ...options(here), url: 'http://nowhere.invalid' }, here.output), 2);
  assert.equal(here.looks, []);
});

test('if the look cannot be recorded here, nothing is shown', async (here) => {
  const look = async () => Promise.reject(new LogError('LOG_UNAVAILABLE', 'away'));
  const trail = trailHere({ ...here, actor: 'operator:bo', look });
  await rejectsWith('LOG_UNAVAILABLE', replay(callId(1), options({ ...here, trail }), here.output));
  assert.equal(here.lines, []);
});

test('pages go on where the one before ended', async ({ trail }) => {
  const first = await trail.history('M-1', { limit: '1' });
  const second = await trail.history('M-1', { limit: '1', cursor: first.nextCursor! });
  assert.equal(
    [...first.items, ...second.items].map(({ id }) => id),
    [callId(2), callId(1)],
  );
  const found = await trail.search({ memberId: 'M-1' }, { limit: '1' });
  const next = await trail.search({ memberId: 'M-1' }, { limit: '1', cursor: found.nextCursor! });
  assert.is(next.calls[0]?.callSessionId, callId(1));
});

test('a request is recorded under the name of who is logged in here', async ({ trail, stores, clock }) => {
  await trail.request({ kind: 'hold', memberId: 'M-1', reason: 'x' });
  const day = new Date(clock.now()).toISOString().slice(0, 10);
  assert.is((await stores.log.read(`operation:${day}`))[0]?.actor, 'operator:bo');
  await trail.request({ kind: 'hold', memberId: 'M-9', reason: 'x' }).then(
    () => assert.unreachable(),
    (error: unknown) => assert.is(error instanceof ApiError && error.code, 'MEMBER_NOT_FOUND'),
  );
});

test.run();
