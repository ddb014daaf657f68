import { isAscii } from 'node:buffer';
import type Database from 'libsql';
import { EMPTY_HEAD, type Entry, type EntryKind, type Head } from '../../domain/entries.ts';

/** The size of a cause that is null. */
const ABSENT = -1;
const [ZERO, COMMA, MINUS] = [0x30, 0x2c, 0x2d];
/*
 * Text is never selected as text. The driver cuts it at U+0000 and, worse, ends the whole process when the bytes are
 * not UTF-8 (libsql 0.5.29, value.rs), which one damaged byte of the file is enough for. So the texts of a stream come
 * as one BLOB beside their lengths, and a damaged one is decoded with U+FFFD, for `verify` to find. One value for the
 * stream, because a value for each field of each row costs more than the whole query.
 */
const TEXTS = ['kind', 'type', 'id', 'at', 'actor', 'cause', 'data', 'hash'];
const SIZES = TEXTS.map((name) => `ifnull(octet_length(${name}), ${ABSENT})`);
const ENTRIES_SQL = `SELECT
    group_concat(format('%d${',%d'.repeat(SIZES.length)}', version, ${SIZES.join()})),
    CAST(group_concat(${TEXTS.map((name) => `ifnull(${name}, '')`).join(' || ')}, '') AS BLOB)
  FROM (SELECT * FROM entries WHERE stream = ? AND version >= ? ORDER BY version)`;
const HEAD_SQL = 'SELECT version, CAST(hash AS BLOB) FROM entries WHERE stream = ? ORDER BY version DESC LIMIT 1';
/** A stream that was registered in two hours is listed in the first of those that are walked. */
const STREAMS_SQL = `SELECT CAST(hour AS BLOB), CAST(stream AS BLOB) FROM streams AS here
  WHERE (hour, stream) > (?1, ?2) AND NOT EXISTS (
    SELECT 1 FROM streams AS earlier
    WHERE earlier.stream = here.stream AND earlier.hour < here.hour AND earlier.hour >= ?3)
  ORDER BY hour, stream LIMIT ?4`;

/** The place in the register after which to go on. */
type RegisterPlace = { readonly hour: string; readonly stream: string };

/** The log's queries, prepared. Each takes and returns plain values and holds no transaction when it returns. */
export type Rows = {
  entries(stream: string, fromVersion: number): Entry[];
  head(stream: string): Head;
  /** The next `countMax` registered streams behind `place`, of the hours from `sinceHour` on. */
  streams(place: RegisterPlace, sinceHour: string, countMax: number): RegisterPlace[];
};

/** Prepares the log's queries once, for as long as the database is open. Their errors are SQLite's own. */
export function prepareRows(db: Database.Database): Rows {
  const entries = db.prepare(ENTRIES_SQL).raw();
  const head = db.prepare(HEAD_SQL).raw();
  const streams = db.prepare(STREAMS_SQL).raw();
  return {
    entries(stream, fromVersion) {
      const [row] = entries.all([stream, fromVersion]) as ([string, Buffer] | [null, null])[];
      return row === undefined || row[0] === null ? [] : toEntries(stream, row[0], row[1]);
    },
    head(stream) {
      // Not `get`: after one failure, such as a busy store, it fails for ever (libsql 0.5.29).
      const [row] = head.all([stream]) as [number, Buffer][];
      return row === undefined ? EMPTY_HEAD : { version: row[0], hash: row[1].toString() };
    },
    streams(place, sinceHour, countMax) {
      const rows = streams.all([place.hour, place.stream, sinceHour, countMax]) as [Buffer, Buffer][];
      return rows.map(([hour, stream]) => ({ hour: hour.toString(), stream: stream.toString() }));
    },
  };
}

/** @param numbers of each entry in turn its version and the sizes of its texts in bytes, separated by commas. */
function toEntries(stream: string, numbers: string, texts: Buffer): Entry[] {
  // Of ASCII both make the same text, and latin1 makes it in half the time.
  const encoding = isAscii(texts) ? 'latin1' : 'utf8';
  const entries: Entry[] = [];
  let next = 0;
  let start = 0;
  // Digit by digit: a list of all numbers as texts was a twentieth of an export.
  const number = () => {
    const isNegative = numbers.charCodeAt(next) === MINUS;
    if (isNegative) next += 1;
    let value = 0;
    for (; next < numbers.length && numbers.charCodeAt(next) !== COMMA; next += 1) {
      value = value * 10 + numbers.charCodeAt(next) - ZERO;
    }
    next += 1;
    return isNegative ? -value : value;
  };
  const text = (sizeBytes: number) => {
    start += sizeBytes;
    return texts.toString(encoding, start - sizeBytes, start);
  };
  while (next < numbers.length) {
    const version = number();
    const kind = text(number()) as EntryKind;
    const type = text(number());
    const id = text(number());
    const at = text(number());
    const actor = text(number());
    const causeBytes = number();
    const cause = causeBytes === ABSENT ? null : text(causeBytes);
    entries.push({ stream, version, kind, type, id, at, actor, cause, data: text(number()), hash: text(number()) });
  }
  return entries;
}
