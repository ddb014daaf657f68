import type { BeginNote, PartNote } from '../../../src/audit/export/format.ts';
import { at, before, type Deed, inCall, type Material, ONE } from './deeds.ts';
import { replaced, reworded } from './forger.ts';

/** What is done to notes and lines. */
export const LINE_DEEDS: readonly Deed[] = [
  {
    what: 'the last line counts otherwise',
    forge: ({ honest }) => [...honest.slice(0, -1), reworded(honest.at(-1)!, 'end', miscounted)],
    said: miscounted,
    without: ['signature', 'note'],
    withKey: ['note'],
  },
  {
    what: 'the last line names other heads',
    forge: ({ honest }) => [...honest.slice(0, -1), reworded(honest.at(-1)!, 'end', renamed)],
    said: renamed,
    without: ['signature', 'note'],
    withKey: ['note'],
  },
  {
    what: 'the last line bears another digest',
    forge: ({ honest }) => [...honest.slice(0, -1), reworded(honest.at(-1)!, 'end', redigested)],
    said: redigested,
    without: ['signature', 'digest'],
    withKey: ['digest'],
  },
  {
    what: 'the last line is missing',
    forge: ({ honest }) => honest.slice(0, -1),
    without: ['end'],
    withKey: ['end'],
  },
  {
    what: 'the last line is that of another export',
    forge: ({ honest, another }) => [...honest.slice(0, -1), another.at(-1)!],
    said: (note) => ({ ...note, exportId: '2026-03-02.00000000-0000-4000-8000-000000000002' }),
    without: ['note'],
    withKey: ['note'],
  },
  {
    what: 'the first line is that of another export',
    forge: ({ honest, another }) => [another[0]!, ...honest.slice(1)],
    without: ['proof', 'note', 'withheld'],
  },
  {
    what: 'the first line names another recipient',
    forge: ({ honest }) => [
      reworded(honest[0]!, 'begin', (body: BeginNote) => ({ ...body, recipient: { name: 'somebody else' } })),
      ...honest.slice(1),
    ],
    without: ['signature'],
  },
  {
    what: 'a proof is of another checkpoint',
    forge: ({ honest, later }) => replaced(honest, ONE, later),
    without: ['proof', 'digest'],
    withKey: ['proof'],
  },
  {
    what: 'two exports are joined',
    forge: ({ honest, another }) => [...honest, ...another],
    without: ['end'],
  },
  {
    what: 'two exports are joined, as parts of one',
    forge: ({ honest, another }) => [...honest.slice(0, -1), ...another.slice(1)],
    without: ['foreign', 'proof', 'note'],
    withKey: ['foreign', 'proof'],
  },
  {
    what: 'an entry stands before all streams',
    forge: ({ honest }) => [honest[0]!, honest[2]!, ...honest.slice(1)],
    without: ['line', 'digest'],
    withKey: ['line'],
  },
  {
    what: 'a line of an unknown kind is added',
    forge: ({ honest }) => before(honest, '{"comment":"he has confessed"}\n'),
    without: ['line', 'digest'],
    withKey: ['line'],
  },
  ...['{"entry":{},"comment":"x"}\n', '[]\n', 'null\n', '{}\n', '\n', 'null: 1\n', '{"entry":null}\n'].map((line) => ({
    what: `${JSON.stringify(line)} is added`,
    forge: ({ honest }: Material) => before(honest, line),
    without: ['line', 'digest'] as const,
    withKey: ['line'] as const,
  })),
  {
    what: 'an entry has a member that nothing vouches for',
    forge: ({ honest }) => inCall(honest, ONE, (own) => at(own, 4, (entry: object) => ({ ...entry, answer: 'yes' }))),
    without: ['line', 'chain', 'head', 'digest'],
    withKey: ['line', 'chain', 'head', 'note'],
  },
  {
    what: 'an entry lacks its cause',
    forge: ({ honest }) =>
      inCall(honest, ONE, (own) => at(own, 4, ({ cause: _, ...entry }: { cause: string }) => entry)),
    without: ['line', 'chain', 'head', 'digest'],
    withKey: ['line', 'chain', 'head', 'note'],
  },
  {
    what: 'a member of an entry stands there twice',
    forge: ({ honest }) =>
      inCall(honest, ONE, (own) =>
        own.map((line, n) => (n === 4 ? line.replace('{"entry":{', '{"entry":{"data":"{}",') : line)),
      ),
    without: ['digest'],
    // What is checked is what JSON.parse and Python's json take: the last of them.
    withKey: 'nothing',
  },
  {
    what: 'the last line has a second note before its own',
    forge: ({ honest }) => [
      ...honest.slice(0, -1),
      honest.at(-1)!.replace('{"note":', '{"note":"all is well","note":'),
    ],
    without: ['line'],
  },
  {
    what: 'the last line has a further signature',
    forge: ({ honest }) => [
      ...honest.slice(0, -1),
      honest.at(-1)!.replace(/"\}\n$/, '\u2014 court.example AAAAAAAA\\n"}\n'),
    ],
    without: ['line'],
  },
  {
    what: 'the last line ends otherwise',
    forge: ({ honest }) => [...honest.slice(0, -1), honest.at(-1)!.replace('\n', '\r\n')],
    without: ['line'],
  },
];

function miscounted(note: PartNote): PartNote {
  return { ...note, totals: { ...note.totals, calls: note.totals.calls + 1 } };
}

function renamed(note: PartNote): PartNote {
  const [[name, version, hash], ...rest] = note.streams as [PartNote['streams'][number]];
  return { ...note, streams: [[name, version + 1, hash], ...rest] };
}

function redigested(note: PartNote): PartNote {
  return { ...note, digest: note.digest.replace(/^../, 'ff') };
}
