import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { storeFiles } from '../../src/composition/stores.ts';
import { tempDir } from '../support/temp-dir.ts';
import { requestsForMembers } from './acts/audit.ts';
import { answersAfterATimeOut, answersAfterTheEnd, unrulyCallbacks } from './acts/callbacks.ts';
import { looksAndCheckpoints, verifications } from './acts/compliance.ts';
import { dayBefore } from './acts/day-before.ts';
import { secondWitness } from './acts/event-grid.ts';
import { oddCallbacks } from './acts/odd-callbacks.ts';
import { everybody, repeatedRequests } from './acts/people.ts';
import { unknownCalls } from './acts/quarantine.ts';
import { answeredTooLate, refusedAfterDoubt, troubledRequests } from './acts/requests.ts';
import { signIns } from './acts/sign-ins.ts';
import { cancelledCalls, expiredCalls, waitingCalls } from './acts/staff.ts';
import { carelessScript, secondScript, stopInTheMidst, takeOver } from './acts/take-over.ts';
import { KNOWN_REASONS, KNOWN_TYPES, MISSING, reasonOf, typeOf } from './known.ts';
import { LOG_NAME, PARTS, type Snapshot, snapshotOf } from './snapshot.ts';
import { openStage, type Stage } from './stage.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Everything that can happen to a call, one server after the other on one log. */
async function play(stage: Stage): Promise<void> {
  const step = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    print(name);
    return act();
  };
  const { keyed, abandoned } = await step('the day before', () => dayBefore(stage));
  await step('everybody', () => everybody(stage));
  await step('repeated requests', () => repeatedRequests(stage));
  await step('unruly callbacks', () => unrulyCallbacks(stage));
  await step('answers after the end', () => answersAfterTheEnd(stage));
  await step('answers after a time-out', () => answersAfterATimeOut(stage));
  await step('odd callbacks', () => oddCallbacks(stage));
  await step('waiting calls', () => waitingCalls(stage));
  await step('expired calls', () => expiredCalls(stage));
  await step('cancelled calls', () => cancelledCalls(stage));
  await step('troubled requests', () => troubledRequests(stage));
  await step('refused after doubt', () => refusedAfterDoubt(stage));
  await step('answered too late', () => answeredTooLate(stage));
  await step('unknown calls', () => unknownCalls(stage, keyed, abandoned));
  await step('a second witness', () => secondWitness(stage));
  const call = await step('requests for members', () => requestsForMembers(stage));
  await step('looks and checkpoints', () => looksAndCheckpoints(stage, call));
  await step('verifications', () => verifications(stage));
  await step('sign-ins', () => signIns(stage));
  await step('a take-over', () => takeOver(stage));
  await step('a second script', () => secondScript(stage, keyed.member));
  await step('a careless script', () => carelessScript(stage));
  await step('calls left open', () => stopInTheMidst(stage));
}

/** The files of a golden log, in a folder of its own. */
async function write(logPath: string, folder: string): Promise<Snapshot> {
  const { path: dir, remove } = await tempDir('golden');
  try {
    const { log } = storeFiles(dir);
    await copyFile(logPath, log);
    const snapshot = await snapshotOf(dir);
    // Made before it is copied to: a folder that is there already is never written to.
    await mkdir(folder);
    await copyFile(logPath, join(folder, LOG_NAME));
    for (const part of PARTS) await writeFile(join(folder, `${part}.jsonl`), `${snapshot[part].join('\n')}\n`);
    return snapshot;
  } finally {
    await remove();
  }
}

function report({ entries }: Snapshot): void {
  const counts = new Map<string, number>();
  const names = entries.flatMap((entry) => [typeOf(entry), reasonOf(entry) ?? []].flat());
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const [name, count] of [...counts].sort()) print(`${String(count).padStart(6)}  ${name}`);
  for (const name of [...KNOWN_TYPES, ...KNOWN_REASONS]) {
    if (!counts.has(name)) print(`missing: ${name} (${MISSING[name] ?? 'UNEXPLAINED'})`);
  }
}

async function main([number = '']: readonly string[]): Promise<number> {
  if (!/^[1-9]\d*$/.test(number)) {
    print('usage: node --import tsx test/golden/record.ts NUMBER');
    return 2;
  }
  const stage = await openStage();
  try {
    await play(stage);
    report(await write(storeFiles(stage.dataDir).log, fileURLToPath(new URL(number, import.meta.url))));
  } finally {
    await stage.close();
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
