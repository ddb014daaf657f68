import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CALL, ROWS } from '../http/samples.ts';
import { send, type ToldConsole, toldConsole } from './told-console.ts';

const test = suite<{ rig: ToldConsole }>('the search box');
test.before.each((context) => {
  context.rig = toldConsole();
});
test.after.each(({ rig }) => rig.server.close());

const search = (rig: ToldConsole, q: string, role?: string) => send(rig, '/console/search', { q }, role);

test('stands on every page of who may see members and calls', async ({ rig }) => {
  for (const [role, isThere] of [
    ['Coordinator', true],
    ['Compliance', true],
    ['Operator', false],
  ] as const) {
    const { body } = await rig.server.inject({ url: '/console', headers: { cookie: `callistra-seen-as=${role}` } });
    assert.is(body.includes('action="/console/search"'), isThere, role);
  }
  assert.is((await search(rig, 'M-1', 'Operator')).statusCode, 403);
});

test('leads from an id to what it names: a member, a call, a call by what the provider calls it', async ({ rig }) => {
  const to = async (q: string) => {
    const { statusCode, headers } = await search(rig, q);
    return [statusCode, headers.location];
  };
  assert.equal(await to(' M-1 '), [303, '/console/members/M-1']);
  assert.equal(await to(CALL.toUpperCase()), [303, `/console/calls/${CALL}`]);
  rig.fake.rows = null;
  rig.audit.knows = {
    search: async ({ connectionId }) => {
      const calls = connectionId === 'correlation-1' ? [{ ...ROWS.session, staff: [] }] : [];
      return { calls, looked: 1, unreadable: [], next: null };
    },
  };
  assert.equal(await to('correlation-1'), [303, `/console/calls/${CALL}`]);
});

test('sends everything else on to the search for members, and no address has it', async ({ rig }) => {
  rig.fake.rows = null;
  for (const q of ['Zoë Quack', '+1 555 0142', '<script>', 'x'.repeat(256), '\u0000']) {
    const { statusCode, headers } = await search(rig, q);
    assert.equal([statusCode, headers.location], [307, '/console/members/search'], q);
  }
  assert.equal(rig.audit.seen, []);
});

test.run();
