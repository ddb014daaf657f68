import { copyLog } from '../../audit/backup/log.ts';
import { type TreeOptions, type Verification, verifyLog } from '../../audit/verify/verify.ts';
import { findingInWords } from '../../audit/verify/words.ts';
import { keysAt } from '../../composition/checkpoint-keys.ts';
import { openCheckpointStore } from '../../composition/checkpoint-place.ts';
import { openLogFile } from '../../composition/stores.ts';
import type { Config } from '../../config/config.ts';
import type { Entry } from '../../domain/entries.ts';
import type { CallEventLog } from '../../log/port.ts';
import { inspectSqliteLog } from '../../log/sqlite/log.ts';
import type { Proven } from './evidence.ts';
import { forgeStream } from './forger.ts';

type Deed = {
  readonly config: Config;
  readonly log: CallEventLog;
  /** Of the call whose first answer is to be another. */
  readonly callSessionId: string;
  /** A checkpoint that was kept before, out of the forger's reach. */
  readonly kept: string;
  /** Where the copy goes that is forged; the log itself is left alone. */
  readonly copy: string;
};

/** `findings`: each in words, as `callistra audit verify` names it. */
export type Found = { readonly proven: readonly Proven[]; readonly findings: readonly string[] };

/** Changes an answer in a copy of the log so that every hash holds, and tells what of that is found. */
export async function forgeAndFind({ config, log, callSessionId, kept, copy }: Deed): Promise<Found> {
  const target = openLogFile(copy, 'write');
  await copyLog(log, target).finally(() => target.close());
  const tree = await treeOf(config, kept);
  const honest = await verified(copy, tree);

  const stream = callSessionId;
  const entries = await log.read(stream);
  const answer = firstAnswer(entries);
  const forged = entries.map((entry) => (entry === answer ? { ...entry, data: otherKey(entry.data) } : entry));
  forgeStream(copy, stream, forged);

  const byChain = await verified(copy);
  const byTree = await verified(copy, tree);
  const found = byTree.findings.filter((finding) => finding.stream === stream && finding.kind === 'rewritten');
  return {
    proven: [
      { text: `a copy of the log, by its checkpoints: ${counted(honest)}`, ok: honest.findingCount === 0 },
      {
        text: `an answer changed there, and every hash computed again; by its chain: ${counted(byChain)}`,
        // Otherwise something easier than this forgery was found.
        ok: answer !== undefined && byChain.findingCount === 0,
      },
      { text: `the same, by its checkpoints: ${counted(byTree)}`, ok: found.length === 1 && byTree.findingCount === 1 },
    ],
    findings: byTree.findings.map(findingInWords),
  };
}

function counted({ entries, findingCount }: Verification): string {
  return `${entries} entries, ${findingCount} ${findingCount === 1 ? 'finding' : 'findings'}`;
}

async function treeOf(config: Config, kept: string): Promise<TreeOptions> {
  const [key = null] = keysAt(config).signers ?? [];
  return {
    store: await openCheckpointStore(config),
    anchors: { key, known: [kept], witnesses: [], quorum: 0 },
    // A run of seconds has nothing that should be covered and is not.
    lateBefore: '',
  };
}

async function verified(path: string, tree?: TreeOptions): Promise<Verification> {
  const log = inspectSqliteLog(path);
  try {
    return await verifyLog(log, { inspection: log.inspection, ...(tree && { tree }) });
  } finally {
    await log.close();
  }
}

/** What the provider said was pressed; in an export the quotes are escaped. */
const PRESSED = /(\\?"tones\\?":\s*\[\s*\\?")one(\\?")/;

/** The first key that is pressed says only that a person is there. */
function firstAnswer(entries: readonly Entry[]): Entry | undefined {
  return entries.filter(({ kind, data }) => kind === 'callback' && PRESSED.test(data))[1];
}

/** The same with another key pressed. */
export function otherKey(data: string): string {
  return data.replace(PRESSED, '$1two$2');
}
