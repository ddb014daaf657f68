import { ReadStoreError } from '../ports.ts';
import type { SqlParameter, SqlServerDb } from './driver.ts';
import type { TableName } from './names.ts';

/** What kind of column holds the members' ids: a plan's own table has numbers or GUIDs as well. */
export type IdColumn = {
  readonly kind: 'nvarchar' | 'varchar' | 'integer' | 'guid';
  /** Its type in a table of our own that can be compared with it. */
  readonly type: string;
  /** Its type when read from JSON. */
  readonly jsonType: string;
  /** The greatest number that it holds. */
  readonly largest?: number;
};

const LARGEST: Readonly<Record<string, number>> = {
  tinyint: 255,
  smallint: 2 ** 15 - 1,
  int: 2 ** 31 - 1,
  bigint: 2 ** 53,
};

/**
 * Asks for the column's type. A parameter of another type would be converted row by row and the index be of no use.
 * @throws ReadStoreError UNAVAILABLE when there is no such column, or ids cannot be of its type.
 */
export async function idColumn(db: SqlServerDb, { schema, table }: TableName, column: string): Promise<IdColumn> {
  const [found] = await db.query<{ type: string; collation: string | null }>(
    `SELECT DATA_TYPE AS type, COLLATION_NAME AS collation FROM INFORMATION_SCHEMA.COLUMNS
     WHERE TABLE_SCHEMA = @schema AND TABLE_NAME = @table AND COLUMN_NAME = @column`,
    { schema, table, column },
  );
  if (!found) {
    throw new ReadStoreError('MEMBERS_UNAVAILABLE', `there is no column ${schema}.${table}.${column} of members' ids`);
  }
  // Two columns of different collations cannot be compared.
  const collation = found.collation && /^\w+$/.test(found.collation) ? ` COLLATE ${found.collation}` : '';
  const text = { type: `NVARCHAR(400)${collation}`, jsonType: 'NVARCHAR(MAX)' };
  const type = found.type.toLowerCase();
  if (type === 'nvarchar' || type === 'nchar') return { kind: 'nvarchar', ...text };
  if (type === 'varchar' || type === 'char') return { kind: 'varchar', ...text };
  const largest = LARGEST[type];
  if (largest !== undefined) return { kind: 'integer', type: 'BIGINT', jsonType: 'BIGINT', largest };
  if (type === 'uniqueidentifier') return { kind: 'guid', type: 'UNIQUEIDENTIFIER', jsonType: 'NVARCHAR(36)' };
  throw new ReadStoreError('MEMBERS_UNAVAILABLE', `members' ids cannot be of type ${type}`);
}

/** A member's id as a parameter; null when no row can have it. */
export function idParameter({ kind, largest = 0 }: IdColumn, memberId: string): SqlParameter {
  // One that is too great would be an error, and not just be unknown.
  if (kind === 'integer') return /^(0|[1-9]\d*)$/.test(memberId) && Number(memberId) <= largest ? memberId : null;
  // One spelling of several, for the log takes each for a member of its own.
  if (kind === 'guid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(memberId) ? memberId : null;
  return kind === 'varchar' ? { varchar: memberId } : memberId;
}

/** An id as the column gives it. */
export function idText({ kind }: IdColumn, value: string | number): string {
  const text = String(value).trimEnd();
  return kind === 'guid' ? text.toLowerCase() : text;
}
