import { CHECKPOINTS_STREAM } from '../../domain/streams.ts';
import type { Signer, Verifier } from '../../tlog/keys.ts';
import { renamed } from '../../tlog/keys.ts';
import type { CheckpointsDeps } from './deps.ts';
import { CheckpointError } from './errors.ts';
import { contradictionOf, matchRecords } from './fork.ts';
import { beginTree } from './genesis.ts';
import { type KnownRecords, knowRecords } from './known-records.ts';
import { proposalOf, settleWaiting } from './leaves.ts';
import type { Look } from './look.ts';
import { ridesAlong } from './runs.ts';
import { type Keys, signerFor, successorOf } from './signers.ts';
import { askWitnesses, propose, record, type Step, sign } from './steps.ts';
import { openTree, type TreeState } from './tree-state.ts';

/** What is to be covered. */
export type Goal = {
  /** The number of the last append that needs a leaf. */
  readonly upTo: number;
  /** Whether a checkpoint is wanted even if there is nothing yet but what rides along. */
  readonly force: boolean;
};

/** What a process knows, and what it found in its newest round. */
export type Knowledge = {
  records: KnownRecords;
  tree: TreeState | null;
  look: Look | null;
  /** What is wrong, in words: nothing is signed as long as it is. */
  fork: string | null;
  /** What could not be given a leaf, in words. */
  unnamed: string | null;
};

/** Years that were never looked through take some hundreds. */
const STEPS_MAX = 2_000;
/** Lost races in a row; more are no race. */
const LOSSES_MAX = 20;
const WHOLE_LIST_MS = 3_600_000;

export function knowNothing(deps: CheckpointsDeps): Knowledge {
  return { records: knowRecords(deps.log), tree: null, look: null, fork: null, unnamed: null };
}

/**
 * Rounds until nothing is to be done.
 * @param isStopped asked before each of them
 * @throws CheckpointError, LogError
 */
export async function workThrough(
  deps: CheckpointsDeps,
  known: Knowledge,
  goal: Goal,
  isStopped: () => boolean,
): Promise<void> {
  let losses = 0;
  for (let steps = 0; !isStopped(); steps += 1) {
    const step = await round(deps, known, goal);
    if (step === 'nothing') return;
    losses = step === 'again' ? losses + 1 : 0;
    if (steps > STEPS_MAX) throw new CheckpointError('CHECKPOINT_STORE_UNAVAILABLE', 'the rounds come to no end');
    if (losses <= LOSSES_MAX) continue;
    throw new CheckpointError('CHECKPOINT_STORE_UNAVAILABLE', `somebody is always quicker in ${deps.store.place}`);
  }
}

/**
 * One round. It reads witnesses, checkpoints, the stream, batches, in this order: each of them is written before those that
 * stand before it, so whoever knows more than what is read after it knows what was lost. Then it does one step.
 */
async function round(deps: CheckpointsDeps, known: Knowledge, goal: Goal): Promise<Step> {
  const keys = await deps.keys();
  if (!known.tree) await beginTree(deps, known.records, keys);
  const recorded = known.records.tree();
  if (!recorded)
    throw new CheckpointError('CHECKPOINT_FORK', `the stream ${CHECKPOINTS_STREAM} does not begin with a tree`);
  const tree = known.tree ?? openTree(deps, recorded);
  known.tree = tree;
  await tree.witnesses.read(tree.origin);
  const names = await checkpointNames(deps, tree);
  const lost = await known.records.readOn();
  if (lost === null && isOther(known.records, tree)) {
    known.tree = null;
    known.look = null;
    return 'again';
  }
  known.fork = lost ?? (await tree.accepted.readOn()) ?? matchRecords(known.records, tree, deps.heads);
  known.fork ??= await contradictionOf(tree, names, believed(tree, keys));
  forgetLook(known, tree);
  return known.fork === null ? nextStep(deps, known, tree, { keys, goal }) : 'nothing';
}

/** A look has said all when a batch says what it looked through. */
function forgetLook(known: Knowledge, tree: TreeState): void {
  const { lookedThrough } = tree.accepted.place();
  const { look } = known;
  if (!look?.isDone() || lookedThrough === null || lookedThrough < look.through) return;
  if (look.found().length === 0) known.look = null;
}

function isOther(records: KnownRecords, { generation, origin }: TreeState): boolean {
  const tree = records.tree();
  return tree?.generation !== generation || tree.origin !== origin;
}

async function checkpointNames({ clock }: CheckpointsDeps, tree: TreeState) {
  const nowMs = clock.monotonicMs();
  const isWhole = nowMs - tree.listedAtMs >= WHOLE_LIST_MS;
  const names = await tree.kept.look(tree.recorded?.size ?? 0, isWhole);
  if (isWhole) tree.listedAtMs = nowMs;
  return names;
}

/** The keys of which this process knows that they are the tree's. */
export function believed(tree: TreeState, { signers, next }: Keys): readonly Verifier[] {
  const own = [...signers, ...(next ? [next] : [])].map((signer) => renamed(signer, tree.origin));
  const all = [...tree.accepted.keys(), ...own];
  return [...new Map(all.map((key) => [key.line, key])).values()];
}

type Asked = { readonly keys: Keys; readonly goal: Goal };

async function nextStep(
  deps: CheckpointsDeps,
  known: Knowledge,
  tree: TreeState,
  { keys, goal }: Asked,
): Promise<Step> {
  const { inForce } = tree.accepted.place();
  const signer = signerFor(inForce, keys);
  if (!signer) {
    throw new CheckpointError('CHECKPOINT_KEY', `this process has not got the key in force, ${inForce.line}`);
  }
  return (
    (await record(deps, known.records, tree)) ??
    (await sign(tree, signer, keys)) ??
    (await askWitnesses(tree)) ??
    (await proposeNext(deps, known, tree, { signer, goal, successor: successorOf(inForce, keys) }))
  );
}

type Proposing = { readonly signer: Signer; readonly goal: Goal; readonly successor: Signer | null };

async function proposeNext(
  deps: CheckpointsDeps,
  known: Knowledge,
  tree: TreeState,
  { signer, goal, successor }: Proposing,
): Promise<Step> {
  const { log, heads, clock } = deps;
  await settleWaiting(log, heads);
  const isWanted = successor !== null || (goal.force && !tree.recorded);
  const oldest = heads.oldest();
  const isLate = oldest !== null && oldest <= goal.upTo;
  if (!isLate && !isWanted && !known.look?.isUrgent()) return 'nothing';
  const proposal = await proposalOf({ log, heads, look: known.look, nowMs: clock.monotonicMs() });
  known.unnamed = proposal.trouble;
  const isWorthIt =
    isWanted ||
    known.look?.isUrgent() === true ||
    proposal.runs.some(({ stream, number }) => !ridesAlong(stream) && number <= goal.upTo);
  if (proposal.leaves.length === 0 || !isWorthIt) return 'nothing';
  return propose(deps, tree, signer, proposal, successor);
}
