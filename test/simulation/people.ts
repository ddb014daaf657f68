import type { ReadStore } from '../../projections/ports.ts';
import { rebuildReadModels } from '../../src/audit/rebuild.ts';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { dishonest, treeOptions } from './auditor.ts';
import type { Checker } from './checker.ts';
import { damagedRows } from './damage.ts';
import type { Fleet, Instance } from './fleet.ts';
import { logPort } from './log-port.ts';
import { patiently } from './patience.ts';
import type { Sim } from './sim.ts';
import { storePort } from './store-port.ts';
import type { Trail } from './trail.ts';
import { treePort } from './tree-port.ts';

export type PeopleDeps = {
  readonly sim: Sim;
  readonly fleet: Fleet;
  readonly checker: Checker;
  /** The log where it is kept. */
  readonly kept: CallEventLog;
  readonly readStore: ReadStore;
  /** Null: nobody makes checkpoints. */
  readonly trail: Trail | null;
};

/** What somebody got: `nothing` when no answer came in time, or an error. */
type Asked = { readonly callSessionId: string } | 'refused' | 'nothing';

/** A coordinator asks for a call, maybe twice at once, maybe again with the same key, and may call it off. */
export async function wantCall(deps: PeopleDeps, memberId: string): Promise<void> {
  const { sim } = deps;
  const key = sim.hit('with-key', 0.5) ? `key-${Math.floor(sim.between('key', 0, 1e9))}` : undefined;
  const asks = [ask(deps, memberId, key)];
  if (sim.hit('twice-at-once', 0.25)) asks.push(ask(deps, memberId, sim.hit('twice-same-key', 0.5) ? key : undefined));
  for (const asked of await Promise.all(asks)) {
    const got = asked === 'nothing' && sim.hit('asks-again', 0.7) ? await ask(deps, memberId, key) : asked;
    if (typeof got === 'string') continue;
    if (key && sim.hit('repeats', 0.2)) await ask(deps, memberId, key);
    if (sim.hit('cancels', 0.2)) await cancelSometime(deps, got.callSessionId);
  }
}

async function ask(deps: PeopleDeps, memberId: string, idempotencyKey: string | undefined): Promise<Asked> {
  const { sim, fleet, checker } = deps;
  await sim.scheduler.sleep(sim.between('people-travel', 1, 50));
  const instance = fleet.anyone('people-to');
  if (!instance) return 'nothing';
  const askedAtMs = sim.scheduler.now();
  const request = { memberId, actor: 'coordinator:ann', ...(idempotencyKey !== undefined && { idempotencyKey }) };
  const result = await patiently(sim, () => instance.app.initiate(request));
  const answer = result === null ? 'nothing' : result.ok ? `ok ${result.callSessionId}` : result.code;
  sim.trace('people', `want ${memberId} called ${idempotencyKey ?? ''} by ${instance.name} -> ${answer}`);
  if (result === null) return 'nothing';
  if (result.ok) {
    checker.promised({ callSessionId: result.callSessionId, memberId, idempotencyKey });
    return { callSessionId: result.callSessionId };
  }
  if (result.code === 'CALL_OPEN') checker.refused(result.callSessionId, askedAtMs);
  return 'refused';
}

async function cancelSometime({ sim, fleet, checker }: PeopleDeps, callSessionId: string): Promise<void> {
  await sim.scheduler.sleep(sim.between('cancel-after', 0, 60_000));
  const instance = fleet.anyone('cancel-to');
  if (!instance) return;
  const result = await patiently(sim, () => instance.app.cancel(callSessionId, 'coordinator:bob'));
  sim.trace('people', `cancel ${callSessionId} by ${instance.name} -> ${result ?? 'nothing'}`);
  if (result === 'cancelling') checker.cancelling(callSessionId);
  if (result === 'unknown-call')
    sim.fail('what was promised is there', `${callSessionId} was promised and is not known`);
}

/** Somebody of the staff looks at something, or has the read models built anew. */
export async function lookAround(deps: PeopleDeps): Promise<void> {
  const { sim, fleet, checker } = deps;
  const instance = fleet.anyone('staff-to');
  if (!instance) return;
  const what = sim.random('staff')();
  if (what < 0.5) return lookAtStatus(sim, instance, [...checker.check.ledger.promised]);
  if (what < 0.7) return void (await patiently(sim, () => instance.app.list({ filter: {}, limit: 10 })));
  if (what < 0.85) return verify(deps, instance);
  return rebuild(deps, instance);
}

async function lookAtStatus(sim: Sim, instance: Instance, promised: readonly string[]): Promise<void> {
  const callSessionId = sim.pick('status-of', promised);
  if (callSessionId === undefined) return;
  const rows = await patiently(sim, async () => ({ found: await instance.app.status(callSessionId) }));
  if (rows?.found === null) sim.fail('what was promised is there', `${callSessionId} has no status`);
}

async function verify(deps: PeopleDeps, { life }: Instance): Promise<void> {
  const { sim, kept, readStore, trail } = deps;
  const witness = async (stream: string) => {
    const version = (await readStore.versions([stream])).get(stream);
    return version === undefined ? undefined : { version };
  };
  const tree = trail && treeOptions(sim, trail, treePort(sim, life, trail.store));
  const options = { witness, ...(tree && { tree }) };
  const found = await patiently(sim, () => verifyLog(logPort(sim, life, kept), options));
  if (!found) return;
  sim.trace('staff', `verify ${found.entries} entries -> ${found.findingCount} findings`);
  const [wrong] = dishonest(deps, found);
  if (wrong) sim.fail('verify finds what is wrong and nothing else', JSON.stringify(wrong));
}

async function rebuild({ sim, checker, kept, readStore }: PeopleDeps, { life }: Instance): Promise<void> {
  const work = () =>
    rebuildReadModels(
      logPort(sim, life, kept),
      storePort(sim, life, damagedRows(checker.check.damage, readStore)),
      PROVIDERS,
    );
  const report = await patiently(sim, work);
  sim.trace(
    'staff',
    `rebuild -> ${report ? `${report.sessions} calls, ${report.differences.length} differed` : 'failed'}`,
  );
}
