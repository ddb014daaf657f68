import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type Database from 'libsql';

/** What SQLite takes here; no blobs, no 64-bit integers. */
export type SqlValue = string | number | null;

/** A column of a query: how it is written in SQL, and whether it can be what a file of ours holds there. */
export type Column = { readonly sql: string; readonly holds: (value: unknown) => boolean };

/** The columns of a query. The first names the row, should it be damaged. */
export type Columns = { readonly table: string; readonly columns: readonly Column[] };

/** A row holds what no row of ours can: its bytes are not UTF-8, or a value is of another kind than its column's. */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow';
}

/*
 * Text is never selected as text. The driver ends the whole process when the bytes are not UTF-8 (libsql 0.5.29), which
 * one damaged byte of the file is enough for. So each answer comes as the bytes of one JSON text, which costs a call as
 * much as its columns one by one and a page of a list a third of that, and is decoded strictly.
 */

/** Prepares a query for one row. `rest` begins after FROM. */
export function oneRow(db: Database.Database, shape: Columns, rest: string): (values: SqlValue[]) => unknown[] | null {
  const sql = `SELECT CAST(json_array(${list(shape)}) AS BLOB) FROM ${rest}`;
  const prepared = () => db.prepare<[SqlValue[]]>(sql).raw();
  let statement = prepared();
  return (values) => {
    try {
      const found = statement.get(values) as unknown as [Buffer] | undefined;
      return found ? decodeRow(found[0], shape) : null;
    } catch (error) {
      // A statement that has failed once in `get` fails for ever (libsql 0.5.29).
      statement = prepared();
      throw named(db, shape, { rest, values }, error);
    }
  };
}

/** Prepares a query for all its rows, in the order of `rest`. */
export function allRows(db: Database.Database, shape: Columns, rest: string): (values: SqlValue[]) => unknown[][] {
  const rows = `SELECT json_array(${list(shape)}) AS row FROM ${rest}`;
  const sql = `SELECT CAST('[' || ifnull(group_concat(row, ','), '') || ']' AS BLOB) FROM (${rows})`;
  const statement = db.prepare<[SqlValue[]]>(sql).raw();
  return (values) => {
    try {
      const [[bytes]] = statement.all(values) as unknown as [[Buffer]];
      const found = JSON.parse(decode(bytes)) as unknown[][];
      for (const row of found) checkRow(row, shape);
      return found;
    } catch (error) {
      throw named(db, shape, { rest, values }, error);
    }
  };
}

/** Prepares a query for one integer, 0 for none. */
export function oneNumber(db: Database.Database, sql: string): (values: SqlValue[]) => number {
  const prepared = () => db.prepare<[SqlValue[]]>(sql).raw();
  let statement = prepared();
  return (values) => {
    try {
      const row = statement.get(values) as unknown as [unknown] | undefined;
      return typeof row?.[0] === 'number' ? row[0] : 0;
    } catch (error) {
      statement = prepared();
      throw error;
    }
  };
}

function list({ columns }: Columns): string {
  return columns.map(({ sql }) => sql).join(', ');
}

function decodeRow(bytes: Buffer, shape: Columns): unknown[] {
  const row = JSON.parse(decode(bytes)) as unknown[];
  checkRow(row, shape);
  return row;
}

function decode(bytes: Buffer): string {
  // Of ASCII both make the same text, and latin1 makes it in half the time.
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw new DamagedRow('bytes that are not UTF-8');
  return bytes.toString();
}

function checkRow(row: unknown[], { columns }: Columns): void {
  for (let index = 0; index < columns.length; index += 1) {
    if (!columns[index]!.holds(row[index])) throw new DamagedRow('a value that its column cannot hold');
  }
}

/** Looks at the rows of a query one by one, after it has failed, for the one to name. */
function named(
  db: Database.Database,
  shape: Columns,
  { rest, values }: { readonly rest: string; readonly values: SqlValue[] },
  error: unknown,
): unknown {
  if (!(error instanceof DamagedRow || error instanceof SyntaxError || isOfJson(error))) return error;
  // A blob would end the query; as a number it is found like any other value of the wrong kind.
  const columns = shape.columns.map(({ sql }) => `iif(typeof(${sql}) = 'blob', 0.5, ${sql})`);
  const [key] = shape.columns;
  const sql = `SELECT CAST(${key!.sql} AS BLOB), CAST(json_array(${columns.join(', ')}) AS BLOB) FROM ${rest}`;
  try {
    const rows = db.prepare<[SqlValue[]]>(sql).raw();
    for (const [id, bytes] of rows.all(values) as unknown as [Buffer | null, Buffer][]) {
      if (isDamaged(bytes, shape)) return new DamagedRow(`row ${nameOf(id)} of ${shape.table}`);
    }
  } catch {
    // The reason of the first failure is what the caller must hear.
  }
  return new DamagedRow(`a row of ${shape.table}`);
}

/** SQLite's own words for JSON that it cannot make or read, which only a damaged value brings about here. */
function isOfJson(error: unknown): boolean {
  return error instanceof Error && /\bJSON\b/.test(error.message);
}

function isDamaged(bytes: Buffer, shape: Columns): boolean {
  try {
    decodeRow(bytes, shape);
    return false;
  } catch {
    return true;
  }
}

/** The row's id while it is one that could be ours, else a hash of it: what else it may hold is nobody's business. */
function nameOf(id: Buffer | null): string {
  const text = id?.toString('latin1') ?? '';
  if (/^[\w.-]{1,64}$/.test(text)) return text;
  return `with the hash ${createHash('sha256')
    .update(id ?? '')
    .digest('hex')
    .slice(0, 12)}`;
}
