import type Database from 'libsql';
import { EMPTY_HEAD, type Head } from '../../domain/entries.ts';
import { ABSENT_SIZE } from '../laid-out.ts';
import { type StoredStream, streamOfTexts, TEXTS } from '../stored-stream.ts';

const [ZERO, COMMA, MINUS] = [0x30, 0x2c, 0x2d];
/*
 * Text is never selected as text. The driver cuts it at U+0000 and, worse, ends the whole process when the bytes are
 * not UTF-8 (libsql 0.5.29, value.rs), which one damaged byte of the file is enough for. So the texts of a stream come
 * as one BLOB beside their lengths, and a damaged one is decoded with U+FFFD, for `verify` to find. One value for the
 * stream, because a value for each field of each row costs more than the whole query.
 */
const SIZES = TEXTS.map((name) => `ifnull(octet_length(${name}), ${ABSENT_SIZE})`);
/** Found by the key's index, and so in the order of versions, in which the rows lie too; a subquery that sorts them costs a tenth. */
const STREAM_SQL = `SELECT
    group_concat(format('%d${',%d'.repeat(SIZES.length)}', version, ${SIZES.join()})),
    CAST(group_concat(concat(${TEXTS.join()}), '') AS BLOB)
  FROM entries WHERE stream = ? AND version >= ?`;
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
  stream(name: string, fromVersion: number): StoredStream;
  head(stream: string): Head;
  /** The next `countMax` registered streams behind `place`, of the hours from `sinceHour` on. */
  streams(place: RegisterPlace, sinceHour: string, countMax: number): RegisterPlace[];
};

/** Prepares the log's queries once, for as long as the database is open. Their errors are SQLite's own. */
export function prepareRows(db: Database.Database): Rows {
  const texts = db.prepare(STREAM_SQL).raw();
  const head = db.prepare(HEAD_SQL).raw();
  const streams = db.prepare(STREAMS_SQL).raw();
  return {
    stream(name, fromVersion) {
      const [row] = texts.all([name, fromVersion]) as ([string, Buffer] | [null, null])[];
      if (row === undefined || row[0] === null) return streamOfTexts(name, [], Buffer.alloc(0));
      return streamOfTexts(name, numbersIn(row[0]), row[1]);
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

/** Digit by digit: a list of all numbers as texts was a twentieth of an export. */
function numbersIn(text: string): number[] {
  const numbers: number[] = [];
  for (let place = 0; place < text.length; place += 1) {
    const isNegative = text.charCodeAt(place) === MINUS;
    if (isNegative) place += 1;
    let value = 0;
    for (; place < text.length && text.charCodeAt(place) !== COMMA; place += 1) {
      value = value * 10 + text.charCodeAt(place) - ZERO;
    }
    numbers.push(isNegative ? -value : value);
  }
  return numbers;
}
