import { numberOf, type Stage } from './stage.ts';

const PROBE_MS = 10 * 60_000;

/** After everything that happened, every instance still serves: a call asked of it is dialled and ends completed. */
export async function probe({ sim, fleet, world, readStore, checker }: Stage): Promise<void> {
  for (const [index, { name, app }] of fleet.up().entries()) {
    const memberId = `M-${900 + index}`;
    world.members.set(numberOf(memberId), { otherwise: { press: ['one'], afterMs: 500 } });
    let callSessionId = '';
    void app.initiate({ memberId, actor: 'coordinator:probe' }).then((result) => {
      callSessionId = result.ok ? result.callSessionId : '';
    });
    const isOver = async () => (await readStore.bySession(callSessionId))?.session.disposition ?? null;
    const untilMs = sim.scheduler.now() + PROBE_MS;
    while ((await isOver()) === null && sim.scheduler.now() < untilMs && !sim.failure()) {
      await sim.scheduler.runUntil(sim.scheduler.now() + 5_000, () => sim.failure() !== null);
    }
    const disposition = await isOver();
    // Whoever cannot be read may be on the line: that nobody is dialled beside it is named.
    const isNamed = app.health().dialling.paused?.includes('set aside') && checker.check.damage.entries.size > 0;
    if (isNamed) {
      void app.cancel(callSessionId, 'coordinator:probe');
      await sim.scheduler.runUntil(sim.scheduler.now() + 60_000, () => sim.failure() !== null);
    }
    if (disposition !== 'completed' && !isNamed)
      sim.fail('an instance goes on serving', `${name} was asked for a call that is ${disposition}`);
    const sentBy = checker.check.ledger.sentBy.get(`${callSessionId}/2`);
    sim.trace('probe', `${name}: ${disposition}, dialled by ${sentBy ?? 'somebody else'}`);
  }
}
