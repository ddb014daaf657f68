import type { MembersTable } from '../../../../projections/sqlserver/access.ts';
import { sqlServerOn } from '../../../../projections/sqlserver/pool.ts';
import { hastyClock } from '../../../support/hasty-clock.ts';
import { askAccess, askMembers, askReadStore } from './asked.ts';
import { type Answers, answering, freshDatabase, migratedDatabase, tablesToMove } from './database.ts';
import { type Batch, type Recorder, recorder } from './recorder.ts';

/** A table of members: of our own making or the plan's, and of which types its ids may be. */
export type MembersShape = {
  readonly names: MembersTable;
  readonly isOurs: boolean;
  readonly idTypes: readonly string[];
};

export type Names = {
  readonly schema: string;
  readonly olderSchema: string;
  readonly members: readonly MembersShape[];
};

/** The types that members' ids may have, as the database calls them; and as a table is made with them. */
export const ID_TYPES: Readonly<Record<string, string>> = {
  nvarchar: 'NVARCHAR(128)',
  nchar: 'NCHAR(16)',
  varchar: 'VARCHAR(128)',
  char: 'CHAR(16)',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INT',
  bigint: 'BIGINT',
  uniqueidentifier: 'UNIQUEIDENTIFIER',
};

/** Columns that a table of members may have or not. */
const OPTIONAL: readonly Pick<MembersTable, 'name' | 'timeZone'>[] = [
  { name: 'Name', timeZone: 'TimeZone' },
  { name: 'Name', timeZone: null },
  { name: null, timeZone: 'TimeZone' },
  { name: null, timeZone: null },
];

/** Everything that the adapters send for these names, in the order in which it is first sent. */
export async function batchesFor(names: Names): Promise<Pick<Recorder, 'batches' | 'places'>> {
  let answers: Answers = freshDatabase();
  const record = recorder((text) => answers(text));
  const open = ({ names: members, isOurs }: MembersShape, schema: string) =>
    sqlServerOn(
      record.database,
      { ...names, schema, clock: hastyClock(), members, membersCreate: isOurs, membersIndex: true },
      async () => undefined,
    );
  const within = (database: () => Answers) => async (name: string, work: () => Promise<unknown>) => {
    answers = database();
    await record.during(name, work);
  };
  for (const shape of names.members) {
    const server = open(shape, names.schema);
    await within(freshDatabase)('migrate, as an older release', open(shape, names.olderSchema).migrate);
    await within(tablesToMove)('migrate, after an older release', server.migrate);
    await within(freshDatabase)('check, before migrate', server.check);
    await within(migratedDatabase)('check', server.check);
  }
  const server = open(names.members[0]!, names.schema);
  await askReadStore(server.readStore, within(answering));
  await askAccess(server.access, within(answering));
  for (const shape of names.members) {
    for (const type of shape.idTypes) {
      await askMembers(
        // Whose table it is decides whether it is written, not what is written.
        open({ ...shape, isOurs: true }, names.schema).members,
        type,
        within(() => answering(type)),
      );
    }
  }
  return record;
}

/** Every batch that the adapters send, each once; first those that make tables, those of the plan's among them. */
export async function everyBatch(): Promise<readonly Batch[]> {
  const ours = OPTIONAL.map((optional, n) => ({
    names: table(`Members_${n}`, optional),
    isOurs: true,
    idTypes: ['nvarchar'],
  }));
  const plans = Object.keys(ID_TYPES).flatMap((type) =>
    OPTIONAL.map((optional) => ({ names: table(`plan.Members_${type}`, optional), isOurs: false, idTypes: [type] })),
  );
  const { batches } = await batchesFor({ schema: 'callistra', olderSchema: 'dbo', members: [...ours, ...plans] });
  const made = Object.entries(ID_TYPES).map(([type, column]) => ({
    name: `a plan's own table`,
    text: `CREATE TABLE [plan].[Members_${type}] (MemberId ${column} NOT NULL PRIMARY KEY, PhoneNumber NVARCHAR(32) NULL,
  Name NVARCHAR(200) NULL, TimeZone NVARCHAR(64) NULL)`,
  }));
  const makes = ({ text }: Batch): boolean => /^(?:IF OBJECT_ID.*\s+)?CREATE (?:TABLE|INDEX) /.test(text);
  const all = different([...made, ...batches]);
  return [...all.filter(makes), ...all.filter((batch) => !makes(batch))];
}

function table(name: string, optional: (typeof OPTIONAL)[number]): MembersTable {
  return { table: name, memberId: 'MemberId', phoneNumber: 'PhoneNumber', ...optional };
}

function different(batches: readonly Batch[]): Batch[] {
  const byText = new Map(batches.map((batch) => [batch.text, batch]).reverse() as [string, Batch][]);
  return [...new Set(batches.map(({ text }) => text))].map((text) => byText.get(text)!);
}
