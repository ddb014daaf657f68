import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openRig, type Rig } from '../app/rig.ts';
import { deadlineless } from '../support/deadlineless.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';
import { consoleOver } from './console-rig.ts';

const MINUTE_MS = 60_000;

const test = suite<{ clock: VirtualClock; rig: Rig }>('a stuck call in the console');
test.before(async (context) => {
  context.clock = virtualClock();
  context.rig = await openRig({ clock: context.clock });
});
test.after(({ rig }) => rig.close());

test('an operator finds a stuck call, asks the provider about it, closes it, and its member can be called anew', async ({
  rig,
  clock,
}) => {
  const log = deadlineless(rig.stores.log);
  const app = await rig.start({ log });
  const opened = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  await app.idle();
  const { get, post } = consoleOver({ app, clock });
  const path = (): Promise<string | undefined> =>
    get('/console/operations').then(({ text }) => /href="(\/console\/operations\/stuck\/[^"]+)"/.exec(text)?.[1]);
  const order = async (how: 'check' | 'close', reason: string) => {
    const page = await path();
    const { text } = await get(page!);
    const [form = ''] = new RegExp(`<form[^>]*${how}"[\\s\\S]*?</form>`).exec(text) ?? [];
    const key = /name="key" value="([^"]+)"/.exec(form)![1]!;
    const sent = await post(`${page}/${how}`, { reason, key });
    // As a double click does.
    const again = await post(`${page}/${how}`, { reason, key });
    return [sent.status, again.status];
  };

  assert.is(await path(), undefined);
  await clock.advance(10 * MINUTE_MS);
  assert.match((await path()) ?? '', opened.callSessionId);
  assert.equal(await order('check', 'nothing has come for ten minutes'), [303, 303]);
  await app.idle();
  await clock.advance(10 * MINUTE_MS);
  assert.equal(await order('close', 'the provider says nothing'), [303, 409]);
  log.mend();
  await app.idle();

  const told = (await rig.stream(opened.callSessionId)).filter(({ actor }) => actor === 'operator:local');
  assert.equal(
    told.map(({ type, data }) => [type, (JSON.parse(data) as { reason: string }).reason]),
    [
      ['CheckCall', 'nothing has come for ten minutes'],
      ['CloseCall', 'the provider says nothing'],
    ],
  );
  assert.equal([await path(), (await app.status(opened.callSessionId))?.session.disposition], [undefined, 'unknown']);
  assert.is((await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' })).ok, true);
});

test.run();
