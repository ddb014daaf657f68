import type { ExportFindingKind } from '../../../src/audit/export/check/findings.ts';
import { readLine } from '../../../src/audit/export/check/read-line.ts';
import { lineText, readNoteBody } from '../../../src/audit/export/format.ts';
import { memberStream } from '../../../src/domain/streams.ts';
import { hashEntry } from '../../../src/log/hash-chain.ts';
import { changedLine, provenLines, rawLines, replaced, type Said, streamLines } from './forger.ts';
import { answered, callId, type ExportRig, noteIn, SCRIPT, startExportRig } from './rig.ts';

export const [ONE, TWO, OF_OTHER] = [callId(1), callId(2), callId(3)];
const MEMBER = memberStream('M-1');
/** Entries of call 1 that an older leaf covers. */
const OLDER = 10;
const REASON = 'shows a number';

/** An export of a member with two calls, and what a forger has beside it. */
export type Material = {
  readonly honest: readonly string[];
  readonly older: readonly string[];
  readonly ofOther: readonly string[];
  /** Under a later checkpoint. */
  readonly later: readonly string[];
  readonly another: readonly string[];
};

export async function material(): Promise<Material> {
  const rig: ExportRig = await startExportRig();
  const { stored } = answered();
  await rig.keep(1, 'M-1', { stored: stored.slice(0, OLDER) });
  await rig.instance.checkpoints.make();
  await rig.append(ONE, ...stored.slice(OLDER));
  await rig.keep(2, 'M-1');
  await rig.keep(3, 'M-2');
  const withhold = [{ entries: `${TWO}/5`, reason: REASON }];
  const honest = rawLines(await rig.whole({ memberId: 'M-1' }, { withhold }));
  const { checkpoint } = readNoteBody(noteIn(honest[0]!), 'begin')!;
  const older = await provenLines(rig, checkpoint, ONE, OLDER);
  const ofOther = await provenLines(rig, checkpoint, OF_OTHER);
  await rig.keep(4, 'M-3');
  const another = rawLines(await rig.whole({ memberId: 'M-1' }));
  return { honest, older, ofOther, later: streamLines(another, ONE), another };
}

export type Deed = {
  readonly what: string;
  readonly forge: (material: Material) => readonly string[];
  /** Other words in the notes of parts; of a forger without the key under the signatures that were there. */
  readonly said?: Said;
  /** What is found when the forger has no key; absent: it is always signed. */
  readonly without?: readonly ExportFindingKind[];
  /** And when all was signed again with the log's own key; `nothing`: a file alone cannot tell. Absent: nobody signs that. */
  readonly withKey?: readonly ExportFindingKind[] | 'nothing';
  /** What is told then, finding or not. */
  readonly noted?: RegExp;
};

export const inCall = (
  lines: readonly string[],
  name: string,
  change: (own: string[]) => readonly string[],
): string[] => replaced(lines, name, change(streamLines(lines, name)));
export const at = (own: readonly string[], index: number, change: (body: never) => object): string[] =>
  own.map((line, place) => (place === index ? changedLine(line, change) : line));
const withholding = (index: number, reason: string) => (own: readonly string[]) =>
  own.map((line, place) => {
    if (place !== index) return line;
    const { entry } = JSON.parse(line) as { entry: { version: number; hash: string } };
    return lineText({ withheld: { version: entry.version, hash: entry.hash, reason } });
  });
export const before = (lines: readonly string[], ...more: string[]): string[] => [
  ...lines.slice(0, -1),
  ...more,
  lines.at(-1)!,
];

/** The data of an entry changed, and the chain computed again to the end. */
function rewritten(own: readonly string[], index: number): string[] {
  let hash = '0'.repeat(64);
  return own.map((line, place) => {
    if (place === 0) return line;
    const { entry } = readLine(line.trimEnd()) as { entry: Parameters<typeof hashEntry>[3] & { version: number } };
    const changed = place === index ? { ...entry, data: '{"pressed":"two"}' } : entry;
    hash = hashEntry(hash, TWO, entry.version, changed);
    return lineText({ entry: { ...changed, hash } });
  });
}

/** What is done to calls and entries. */
export const DEEDS: readonly Deed[] = [
  {
    what: 'nothing at all',
    forge: ({ honest }) => honest,
    withKey: 'nothing',
  },
  {
    what: 'a call is shown as it was earlier, under a valid proof of then',
    forge: ({ honest, older }) => replaced(honest, ONE, older),
    without: ['digest'],
    // The honest limit: the tree has both heads, and which is the newest only the whole tree tells.
    withKey: 'nothing',
  },
  {
    what: 'a call is left out',
    forge: ({ honest }) => replaced(honest, TWO, []),
    without: ['digest', 'missing'],
    withKey: ['missing'],
  },
  {
    what: 'a call is left out, and said to be unreadable',
    forge: ({ honest }) =>
      replaced(honest, TWO, [lineText({ left: { name: TWO, because: 'unreadable', words: 'it cannot be read' } })]),
    without: ['digest'],
    withKey: 'nothing',
    noted: /000002 is not in the export: it cannot be read/,
  },
  {
    what: 'a call is left out, and the entry that opened it withheld for a reason that is named',
    forge: ({ honest }) => inCall(replaced(honest, TWO, []), MEMBER, withholding(2, REASON)),
    without: ['digest'],
    withKey: 'nothing',
    noted: /entry 2 of member:M-1 is withheld: whether all calls are here cannot be told/,
  },
  {
    what: 'a call of another member is put in',
    forge: ({ honest, ofOther }) => before(honest, ...ofOther),
    without: ['foreign', 'digest'],
    withKey: ['foreign'],
  },
  {
    what: 'a call of another member is put in where an entry of the member’s is withheld',
    forge: ({ honest, ofOther }) => before(inCall(honest, MEMBER, withholding(2, REASON)), ...ofOther),
    without: ['foreign', 'digest'],
    withKey: ['foreign'],
  },
  {
    what: 'a call is put in twice',
    forge: ({ honest }) => before(honest, ...streamLines(honest, ONE)),
    without: ['foreign', 'digest'],
    withKey: ['foreign'],
  },
  {
    what: 'the script is left out',
    forge: ({ honest }) => replaced(honest, SCRIPT, []),
    without: ['digest', 'missing'],
    withKey: ['missing'],
  },
  {
    what: 'an entry is changed',
    forge: ({ honest }) => inCall(honest, TWO, (own) => at(own, 8, (entry: object) => ({ ...entry, data: '{}' }))),
    without: ['chain', 'note'],
    withKey: ['chain'],
  },
  {
    what: 'an entry is changed and all hashes are computed again',
    forge: ({ honest }) => inCall(honest, ONE, (own) => rewritten(own, 8)),
    without: ['chain', 'head', 'note'],
    withKey: ['chain', 'head'],
  },
  {
    what: 'entries are swapped',
    forge: ({ honest }) => inCall(honest, ONE, (own) => [...own.slice(0, 3), own[4]!, own[3]!, ...own.slice(5)]),
    without: ['chain'],
    withKey: ['chain'],
  },
  {
    what: 'an entry is left out',
    forge: ({ honest }) => inCall(honest, ONE, (own) => own.filter((_, index) => index !== 4)),
    without: ['chain', 'head', 'note'],
    withKey: ['chain', 'head'],
  },
  {
    what: 'the last entry is left out',
    forge: ({ honest }) => inCall(honest, ONE, (own) => own.slice(0, -1)),
    without: ['head', 'note'],
    withKey: ['head'],
  },
  {
    what: 'the last entry is left out, and the head moved back to the one before',
    forge: ({ honest }) =>
      inCall(honest, ONE, (own) => {
        const { entry } = JSON.parse(own.at(-2)!) as { entry: { version: number; hash: string; at: string } };
        const { version, hash, at: time } = entry;
        return at(own.slice(0, -1), 0, (head: object) => ({ ...head, version, hash, time }));
      }),
    without: ['proof', 'digest'],
    withKey: ['proof'],
  },
  ...(['from', 'time', 'how'] as const).map((member): Deed => {
    const other = { from: 2, time: '2026-03-02T15:00:00.000Z', how: 'read-back' }[member];
    const found: ExportFindingKind[] = member === 'time' ? ['head', 'proof'] : ['proof'];
    return {
      what: `a head says another ${member}`,
      forge: ({ honest }) => inCall(honest, ONE, (own) => at(own, 0, (head: object) => ({ ...head, [member]: other }))),
      without: [...found, 'digest'],
      withKey: found,
    };
  }),
  {
    what: 'an entry is withheld without a reason',
    forge: ({ honest }) => inCall(honest, ONE, withholding(4, '')),
    without: ['withheld', 'digest'],
    withKey: ['withheld'],
  },
  {
    what: 'an entry is withheld for a reason that the first line does not name',
    forge: ({ honest }) => inCall(honest, ONE, withholding(4, 'we would rather not')),
    without: ['withheld', 'digest'],
    withKey: ['withheld'],
  },
  {
    what: 'an entry is withheld for a reason that the first line names',
    forge: ({ honest }) => inCall(honest, ONE, withholding(4, REASON)),
    without: ['digest'],
    withKey: 'nothing',
  },
  {
    what: 'a withheld entry is given another hash',
    forge: ({ honest }) =>
      inCall(honest, TWO, (own) => at(own, 5, (withheld: object) => ({ ...withheld, hash: 'f'.repeat(64) }))),
    without: ['chain', 'digest'],
    withKey: ['chain'],
  },
];
