import { isHiddenInTree } from '../checkpoints/leaf.ts';
import type { Finding, FindingKind, Note, NoteKind } from './findings.ts';

/** What somebody must have done for this to be found, for people who know no hashes. */
const DEEDS: Readonly<Record<FindingKind, string>> = {
  hash: 'the entry, or the hash before it, was changed, moved or inserted',
  gap: 'entries from here on were removed',
  order: 'an entry stands behind one of the same or a later version: it was inserted or moved',
  unreadable: 'the store cannot give the entry: it was removed, or a part of it',
  'foreign-stream': 'the entry was copied from another stream',
  truncated: 'entries from here on were removed: they were seen before',
  rewritten: 'the entry, or one before it, was written anew and all hashes were computed again',
  removed: 'the whole stream was removed',
  'back-dated':
    'the entry was added later than it says, or taken out of the checkpoints; it can be honest only if it was decided before ' +
    'a pause of over an hour and stored after it',
  'not-by-writer': 'the entry was written past the server, while it was running',
  'stored-late': 'the row was written long after it was sealed: it was removed and put back',
  unregistered: 'the stream was added past the server, or its row of the register was removed',
  safeguard: 'what keeps the log from being changed was taken away or hollowed out',
  record: 'a batch of the tree was removed or exchanged, or the log is an older one than its tree',
  checkpoint: 'a checkpoint was removed, forged, or is of another tree',
  'known-checkpoint': 'the tree was written anew since this checkpoint was kept, or an older one was put back',
  slot: 'somebody who has no key wrote among the batches, or a batch was changed',
  tree: 'the log was emptied or exchanged, and its tree is still there',
  key: 'the log is signed with another key than the one that you trust',
  row: 'the read models were changed past the server; callistra rebuild makes them anew',
  'access-record': 'the records of who looked were changed past the server; callistra rebuild makes them anew',
};

const MEANINGS: Readonly<Record<NoteKind, string>> = {
  unproven:
    'whoever wrote these entries ended before they were sealed; they were read back later, so nobody vouches for them',
  uncovered: 'no checkpoint covers these entries yet, although two intervals have gone by',
  empty: 'a name without entries: its first append failed, or its writer ended in between',
  'unrecorded-batch': 'a batch of the tree that the log does not name yet: its writer ended in between',
  'no-checkpoints': 'there are no checkpoints: only the chains were checked, which whoever knows how can compute again',
};

/** One finding in one line. */
export function findingInWords({ stream, version, kind, detail }: Finding): string {
  const where = [stream, ...(version > 0 ? [`entry ${version}`] : [])].filter((part) => part !== '').join(', ');
  return `${kind}: ${where === '' ? '' : `${where}: `}${DEEDS[kind]}${detail === undefined ? '' : ` (${detail})`}`;
}

/** The same for a journal that more people read than the log: it names no member, and nothing of what was found there. */
export function findingForJournal({ stream, version, kind }: Finding): string {
  return findingInWords({ stream: isHiddenInTree(stream) ? 'a member’s stream' : stream, version, kind });
}

/** One note in one line. */
export function noteInWords({ stream, from, to, kind }: Note): string {
  const range = to > from ? `entries ${from} to ${to}` : `entry ${from}`;
  return `${kind}: ${stream}${from > 0 ? `, ${range}` : ''}: ${MEANINGS[kind]}`;
}
