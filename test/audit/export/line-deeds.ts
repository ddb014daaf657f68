import type { BeginNote, PartNote } from '../../../src/audit/export/format.ts';
import { before, type Deed, inCall, type Material, ONE } from './deeds.ts';
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
    without: ['line', 'note'],
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
  ...Object.entries({
    'has a member that nothing vouches for': (line) => line.replace('{"version":', '{"answer":"yes","version":'),
    'has such a member behind its data': (line) => line.replace(',"hash":', ',"answer":"yes","hash":'),
    'lacks its cause': (line) => line.replace(/"cause":("[^"]*"|null),/, ''),
    'has its version as a text': (line) => line.replace(/"version":(\d+)/, '"version":"$1"'),
    'has its data as a text, too': (line) => line.replace(',"data":', ',"text":"{}","data":'),
    'has its data as a text': (line) =>
      line.replace(/"data":(\{.*\}),"hash"/, (_, data: string) => `"text":${JSON.stringify(data)},"hash"`),
    'has its members in another order': (line) => line.replace(/("version":\d+),("kind":"\w+")/, '$2,$1'),
    'is written with spaces': (line) => line.replace('{"entry":', '{ "entry": '),
    'is written with other escapes': (line) => line.replace('"actor":"a', '"actor":"\\u0061'),
    'has its hash in capital letters': (line) => line.replace(/[0-9a-f]{64}"\}\}/, (hash) => hash.toUpperCase()),
    'ends otherwise': (line) => line.replace('\n', '\r\n'),
  } satisfies Record<string, (line: string) => string>).map(
    ([what, change]): Deed => ({
      what: `an entry ${what}`,
      forge: ({ honest }) =>
        inCall(honest, ONE, (own) => own.map((line, n) => (n === 4 ? different(line, change) : line))),
      without: ['line', 'chain', 'head', 'digest'],
      withKey: ['line', 'chain', 'head', 'note'],
    }),
  ),
  {
    // Data is all that stands there, and that is what the hash is of.
    what: 'an entry has its data twice',
    forge: ({ honest }) =>
      inCall(honest, ONE, (own) =>
        own.map((line, n) =>
          n === 4 ? different(line, (one) => one.replace(',"data":', ',"data":{},"data":')) : line,
        ),
      ),
    without: ['chain', 'note'],
    withKey: ['chain'],
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

function different(line: string, change: (line: string) => string): string {
  const changed = change(line);
  if (changed === line) throw new Error(`nothing was changed in ${line}`);
  return changed;
}

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
