import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Role } from '../../src/identity/staff.ts';
import { fullRig } from './full-rig.ts';
import { ask, pathOf, ROWS, type Row } from './table.ts';

const rig = fullRig();
test.after(() => rig.server.close());

/** Somebody waits at it from `reached` on, until it is opened. */
function gateOf() {
  let [open, arrive]: (() => void)[] = [];
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const gate = {
    // biome-ignore lint/suspicious/noThenProperty: it is awaited, and tells of it
    then(...handlers: Parameters<Promise<void>['then']>) {
      arrive?.();
      return opened.then(...handlers);
    },
  };
  return { gate: gate as Promise<void>, reached, open: () => open?.() };
}

/** Operators see calls by their ids alone, and on the day's page none. */
const SHOWING = ROWS.filter(({ shows }) => shows).flatMap((row) =>
  row.roles
    .filter((role) => row.route !== '/console' || role !== 'Operator')
    .map((role): readonly [Row, Role] => [row, role]),
);

test('whatever shows somebody waits for the look that says who was shown, and to whom', async () => {
  for (const [row, role] of SHOWING) {
    const at = `${row.method} ${pathOf(row)} as ${role}`;
    rig.audit.seen.length = 0;
    const { gate, reached, open } = gateOf();
    rig.audit.gate = gate;
    let isAnswered = false;
    const answer = ask(rig.server, row, role).then((response) => {
      isAnswered = true;
      return response;
    });
    await Promise.race([reached, answer]);
    assert.is(isAnswered, false, at);
    open();
    assert.is((await answer).statusCode, row.status, at);
    const named = rig.audit.seen.flatMap(({ members, calls }) => (role === 'Operator' ? calls : members));
    assert.ok(named.length > 0, `${at}: it says who was shown`);
    assert.equal([...new Set(rig.audit.seen.map(({ actor }) => actor))], [`${role.toLowerCase()}:local`], at);
  }
});

test.run();
