import { LOOK, type LookBody } from '../../src/audit/access/entries.ts';
import { createRowCheck } from '../../src/audit/verify/rows.ts';
import { type TreeOptions, type Verification, verifyLog } from '../../src/audit/verify/verify.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { isAccessStream, isCallStream } from '../../src/domain/streams.ts';
import { exportCall } from './exporter.ts';
import type { Instance } from './fleet.ts';
import type { MemoryLog } from './memory-log.ts';
import { patiently } from './patience.ts';
import type { Sim } from './sim.ts';
import type { Stage } from './stage.ts';
import { entryKey, type OwnTrail, TREE_KEY, type Trail } from './trail.ts';

/** Somebody who believes nobody: looks now and then, keeps checkpoints, and checks everything in the end. */
const AUDITORS = ['compliance:eve', 'compliance:otto'];
const LOOKS_MAX = 20;
/** For the looks of all instances to have settled what the day has brought. */
const SETTLES_WITHIN_MS = 3 * 3_600_000;
const MAKES_WITHIN_MS = 60_000;

export function scheduleAuditor(stage: Stage, trail: Trail, workMs: number): void {
  const { sim } = stage;
  for (let left = Math.ceil(sim.between('audits', 0, LOOKS_MAX)); left > 0; left -= 1) {
    sim.scheduler.after(sim.between('audit-at', 0, workMs), () => {
      const instance = stage.fleet.anyone('audit-of');
      if (!instance?.trail) return;
      void readCall(stage, instance, instance.trail);
      void keepCheckpoint(sim, trail, instance.trail);
      void exportCall(stage, instance);
    });
  }
}

/** As every route does: the look is recorded, then what was asked for is answered. */
async function readCall({ sim, log, checker }: Stage, { name, app }: Instance, { access }: OwnTrail): Promise<void> {
  const callSessionId = sim.pick('audited', [...checker.check.ledger.promised]);
  const actor = sim.pick('auditor', AUDITORS)!;
  if (callSessionId === undefined) return;
  const shown = { action: 'status', purpose: 'HOPERAT', calls: [callSessionId], members: [] } as const;
  const given = await patiently(sim, async () => {
    await access.record({ ...shown, actor, roles: ['Compliance'], requestId: 'r', address: null });
    if (!isRecorded(log, actor, callSessionId))
      sim.fail('a look is in the log before data is given', `${actor} is shown ${callSessionId} by ${name}`);
    return { rows: await app.status(callSessionId) };
  });
  sim.trace('auditor', `reads ${callSessionId} at ${name} -> ${given ? 'given' : 'nothing'}`);
}

function isRecorded(log: MemoryLog, actor: string, callSessionId: string): boolean {
  return log
    .streams()
    .filter(isAccessStream)
    .flatMap((stream) => log.peek(stream))
    .some((entry) => {
      if (entry.type !== LOOK || entry.actor !== actor) return false;
      const { calls }: LookBody = JSON.parse(entry.data);
      return calls.includes(callSessionId);
    });
}

async function keepCheckpoint(sim: Sim, trail: Trail, { checkpoints }: OwnTrail): Promise<void> {
  const note = await patiently(sim, checkpoints.newest);
  if (note !== null) trail.kept.add(note);
}

/** How the log is verified by whoever has the key from elsewhere, and has kept checkpoints. */
export function treeOptions(sim: Sim, trail: Trail, store: TreeOptions['store']): TreeOptions {
  const { everyMs, kept } = trail;
  // Before anything was signed nobody can have been told of the key.
  const key = trail.store.objects.size > 0 ? TREE_KEY : null;
  const anchors = { key, known: [...kept], witnesses: [], quorum: 0 };
  return { store, anchors, lateBefore: new Date(sim.scheduler.now() - 2 * everyMs).toISOString() };
}

/**
 * What was found that an honest history must not show. What is dated by a clock that somebody set by hours may be settled
 * before it is there, which nobody can tell from back-dating.
 */
export function dishonest({ checker, fleet }: Pick<Stage, 'checker' | 'fleet'>, { findings }: Verification) {
  const { damage } = checker.check;
  const wereSet = fleet.machines.some(({ wasSet }) => wasSet);
  return findings.filter(({ stream, kind }) => !damage.entries.has(stream) && !(wereSet && kind === 'back-dated'));
}

/** At the end of the day: nothing contradicts anything, and what living instances have written is vouched for. */
export async function audit(stage: Stage, trail: Trail): Promise<void> {
  const { sim, fleet, kept, readStore } = stage;
  const isOver = () => sim.failure() !== null;
  await sim.scheduler.runUntil(sim.scheduler.now() + SETTLES_WITHIN_MS, isOver);
  for (const { trail: own } of fleet.up()) if (own) void makeLast(sim, trail, own);
  await sim.scheduler.runUntil(sim.scheduler.now() + MAKES_WITHIN_MS, isOver);
  const tree = treeOptions(sim, trail, trail.store);
  const rows = createRowCheck(readStore, PROVIDERS, tree.lateBefore);
  const found = await verifyLog(kept, { tree, beside: rows.of, atLast: () => rows.ofNoStream(kept) });
  const [wrong] = dishonest(stage, found);
  if (wrong) sim.fail('the log verifies with its tree', JSON.stringify(wrong));
  if (trail.store.objects.size === 0) sim.fail('the log verifies with its tree', 'there is no tree');
  checkVouchedFor(stage, trail, found);
  checkStatuses(stage);
}

async function makeLast(sim: Sim, trail: Trail, { checkpoints }: OwnTrail): Promise<void> {
  const note = await patiently(sim, checkpoints.make);
  if (note !== null) trail.kept.add(note);
}

/** Entries of calls and members; what rides along waits for others. */
function checkVouchedFor({ sim, checker }: Stage, { writers }: Trail, { notes }: Verification): void {
  for (const { stream, from, to, kind } of notes) {
    const isOfPeople = isCallStream(stream) || stream.startsWith('member:') || isAccessStream(stream);
    if (!isOfPeople || checker.check.damage.entries.has(stream)) continue;
    for (let version = from; version <= to; version += 1) {
      const writer = writers.get(entryKey(stream, version));
      if (!writer?.alive) continue;
      const what = `${stream} ${version} is ${kind}, and ${writer.name}, which wrote it, lives`;
      sim.fail('what a living instance appended is vouched for from memory', what);
      return;
    }
  }
}

function checkStatuses({ sim, fleet, checker }: Stage): void {
  for (const { name, trail } of fleet.up()) {
    const { fork, trouble, uncoveredMs } = trail?.checkpoints.status() ?? {};
    const isHindered = trouble && checker.check.damage.entries.size === 0;
    if (fork || isHindered || (uncoveredMs ?? 0) > 0)
      sim.fail('checkpoints are made again when all is well', `${name}: ${fork ?? trouble ?? uncoveredMs}`);
  }
}
