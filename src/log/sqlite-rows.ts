import type Database from 'libsql';
import { EMPTY_HEAD, type Entry, type EntryKind, type Head } from '../domain/entries.ts';

/*
 * Text is never selected as text. The driver cuts it at U+0000 and, worse, ends the whole process when the bytes are
 * not UTF-8 (libsql 0.9.30, value.rs), which one damaged byte of the file is enough for. So the texts of a row come as
 * one BLOB beside their lengths, and a damaged one is decoded with U+FFFD, for `verify` to find.
 */
const TEXTS = "kind || type || id || at || actor || ifnull(cause, '') || data || hash";
const LENGTHS = ['kind', 'type', 'id', 'at', 'actor', 'cause', 'data'].map((name) => `octet_length(${name})`).join();
const ENTRIES_SQL = `SELECT version, ${LENGTHS}, CAST(${TEXTS} AS BLOB)
  FROM entries WHERE stream = ? AND version >= ? ORDER BY version`;
const HEAD_SQL = 'SELECT version, CAST(hash AS BLOB) FROM entries WHERE stream = ? ORDER BY version DESC LIMIT 1';
/** A stream that was registered in two hours is listed in the first of those that are walked. */
const STREAMS_SQL = `SELECT CAST(hour AS BLOB), CAST(stream AS BLOB) FROM streams AS here
  WHERE (hour, stream) > (?1, ?2) AND NOT EXISTS (
    SELECT 1 FROM streams AS earlier
    WHERE earlier.stream = here.stream AND earlier.hour < here.hour AND earlier.hour >= ?3)
  ORDER BY hour, stream LIMIT ?4`;

type EntryRow = [number, number, number, number, number, number, number | null, number, Buffer];

/** The place in the register after which to go on. */
export type RegisterPlace = { readonly hour: string; readonly stream: string };

/** The log's queries, prepared. Each takes and returns plain values and holds no transaction when it returns. */
export type Rows = {
  entries(stream: string, fromVersion: number): Entry[];
  head(stream: string): Head;
  /** The next `countMax` registered streams behind `place`, of the hours from `sinceHour` on. */
  streams(place: RegisterPlace, sinceHour: string, countMax: number): RegisterPlace[];
};

export function prepareRows(db: Database.Database): Rows {
  const entries = db.prepare(ENTRIES_SQL).raw();
  const head = db.prepare(HEAD_SQL).raw();
  const streams = db.prepare(STREAMS_SQL).raw();
  return {
    entries(stream, fromVersion) {
      const rows = entries.all([stream, fromVersion]) as EntryRow[];
      return rows.map((row) => toEntry(stream, row));
    },
    head(stream) {
      const row = head.get([stream]) as [number, Buffer] | undefined;
      return row === undefined ? EMPTY_HEAD : { version: row[0], hash: row[1].toString() };
    },
    streams(place, sinceHour, countMax) {
      const rows = streams.all([place.hour, place.stream, sinceHour, countMax]) as [Buffer, Buffer][];
      return rows.map(([hour, stream]) => ({ hour: hour.toString(), stream: stream.toString() }));
    },
  };
}

function toEntry(stream: string, row: EntryRow): Entry {
  const [version, kindBytes, typeBytes, idBytes, atBytes, actorBytes, causeBytes, dataBytes, texts] = row;
  const typeStart = kindBytes;
  const idStart = typeStart + typeBytes;
  const atStart = idStart + idBytes;
  const actorStart = atStart + atBytes;
  const causeStart = actorStart + actorBytes;
  const dataStart = causeStart + (causeBytes ?? 0);
  const hashStart = dataStart + dataBytes;
  return {
    stream,
    version,
    kind: texts.toString('utf8', 0, typeStart) as EntryKind,
    type: texts.toString('utf8', typeStart, idStart),
    id: texts.toString('utf8', idStart, atStart),
    at: texts.toString('utf8', atStart, actorStart),
    actor: texts.toString('utf8', actorStart, causeStart),
    cause: causeBytes === null ? null : texts.toString('utf8', causeStart, dataStart),
    data: texts.toString('utf8', dataStart, hashStart),
    hash: texts.toString('utf8', hashStart),
  };
}
