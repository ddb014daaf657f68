import { LATEST } from '../../../../projections/sqlserver/migrations.ts';

/** The rows of each SELECT of a batch. */
export type Answers = (text: string) => readonly (readonly unknown[])[];

type Answer = readonly [about: RegExp, ...rows: readonly (readonly unknown[])[]];

/** What one part of the adapters asks for and cannot go on without; the first that fits. */
function answers(known: readonly Answer[]): Answers {
  return (text) => (known.find(([about]) => about.test(text))?.slice(1) as ReturnType<Answers>) ?? [];
}

const SERVER: readonly Answer[] = [
  [/SERVERPROPERTY/, [{ babelfish: null, edition: 'SQL Azure', version: '12' }]],
  [/is_read_committed_snapshot_on/, [{ isOn: 0 }]],
];

/** A database that nobody has migrated. */
export function freshDatabase(): Answers {
  return answers([...SERVER, [/AS ours/, [{ ours: null, older: null }]], [/AS objectId/, [{ objectId: null }]]]);
}

/** A database with the tables of an older release, and none of this one's. */
export function tablesToMove(): Answers {
  return answers([
    ...SERVER,
    [/AS ours/, [{ ours: null, older: 1 }]],
    [/SELECT Id AS id/, []],
    [/AS allowed/, [{ allowed: 1 }]],
    [/AS objectId/, [{ objectId: 1 }]],
  ]);
}

/** A database that has had every migration. */
export function migratedDatabase(): Answers {
  return answers([...SERVER, [/AS objectId/, [{ objectId: 1 }]], [/SELECT Id AS id/, [{ id: LATEST }]]]);
}

/** A database to be read and written; a rebuild finds something to remove, and rows for more than one range. */
export function answering(idType = 'nvarchar'): Answers {
  const collation = idType.endsWith('char') ? 'Latin1_General_BIN2' : null;
  const first = once([{ removed: 1 }], [{ removed: 0 }]);
  const ranges = once([{ id: 'x' }], []);
  const rest = answers([
    [/INFORMATION_SCHEMA/, [{ type: idType, collation }]],
    [/AS run FROM/, [{ run: 1 }]],
    [/AS sessions/, [{ sessions: 0, responses: 0 }], []],
  ]);
  return (text) => {
    if (/AS removed/.test(text)) return [first()];
    if (/OFFSET \d+ ROWS/.test(text)) return [ranges()];
    return rest(text);
  };
}

function once<Value>(first: Value, later: Value): () => Value {
  let isLater = false;
  return () => {
    const value = isLater ? later : first;
    isLater = true;
    return value;
  };
}
