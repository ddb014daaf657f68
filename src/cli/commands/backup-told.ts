import {
  type Backup,
  type BackupConfig,
  hasCheckpointKey,
  type MembersCopy,
  type Restored,
} from '../../composition/backup.ts';
import { CHECKPOINTS_STREAM } from '../../domain/streams.ts';
import type { Output } from '../output.ts';

const MEMBERS_WORDS: Readonly<Record<MembersCopy, string>> = {
  copied: 'members copied',
  none: 'no members',
  kept: 'members are here already, and were left alone',
  unreadable: 'the members cannot be copied: their file is damaged, or held by another process',
  elsewhere: 'the members are in the database, and are backed up with it',
};

/** Whether all of it was copied. */
export function isWhole({ log, checkpoints, members }: Backup): boolean {
  const { missing, others } = checkpoints ?? { missing: [], others: [] };
  return log.diverging.length + missing.length + others.length === 0 && members !== 'unreadable';
}

export function tellCopied({ log, checkpoints, members, keys }: Backup, output: Output): void {
  const { entries, streams, diverging } = log;
  for (const stream of diverging) output.line(`  not the same in both: ${stream}`);
  for (const name of checkpoints?.missing ?? []) output.line(`  missing, although the log has recorded it: ${name}`);
  for (const origin of checkpoints?.others ?? []) output.line(`  another tree of this name is there: ${origin}`);
  output.line(`${entries} entries copied, ${streams} streams looked at, ${diverging.length} differ`);
  if (checkpoints) output.line(`${checkpoints.objects} objects of checkpoints copied`);
  output.line(MEMBERS_WORDS[members]);
  if (keys.length > 0) output.line(`keys copied: ${keys.join(', ')}`);
}

const GO_ON = 'start the server and run callistra audit reopen, which begins the next tree';

const KNOWLEDGE_WORDS = {
  more: `The checkpoints here know entries that this log lacks, as after an older copy; callistra audit verify names them. To go on with it, ${GO_ON}.`,
  another: `The checkpoints here are another log's: put this one's back. If they are lost, ${GO_ON}.`,
  less: `The log has recorded checkpoints that are not here: put them back. If they are lost, ${GO_ON}.`,
} as const;

/** @returns whether log and checkpoints can be gone on with as they are */
export function tellKnowledge({ log, knowledge }: Restored, config: BackupConfig, output: Output): boolean {
  if (log.diverging.includes(CHECKPOINTS_STREAM)) {
    output.note('The log here has begun checkpoints of its own, or went on: restore into an empty data directory.');
  }
  if (knowledge === null) output.note('Whether the checkpoints agree with this log could not be asked.');
  else if (knowledge !== 'same') output.note(KNOWLEDGE_WORDS[knowledge]);
  else if (!hasCheckpointKey(config)) {
    output.note('There is no checkpoint key here: put checkpoint.key back before a server starts and makes another.');
  }
  return knowledge === null || knowledge === 'same';
}
