import { createBoundedMap } from '../../src/base/bounded-map.ts';
import type { CallResponseRow, CallRows, CallSessionRow } from '../ports.ts';
import type { Sqlite } from './driver.ts';
import { RESPONSE_COLUMNS, SESSION_COLUMNS } from './rows.ts';

/** The names of a pair of tables: the live ones, or those that a rebuild fills. */
export type Tables = { readonly sessions: string; readonly responses: string };

/** The tables that everybody reads. */
export const LIVE: Tables = { sessions: 'CallSessions', responses: 'CallResponses' };

/** Prepares the write of one call; to be used inside a transaction. A row never goes back to an older version. */
export function callWriter(db: Sqlite, tables: Tables): (call: CallRows) => void {
  const { session, answers } = prepareWhole(db, tables);
  return (call) => {
    // Responses carry no version of their own: they are written exactly when their session's row is.
    if (session(call.session)) answers(call);
  };
}

/** The same for calls that are written again and again. */
export type LiveWriter = {
  write(call: CallRows): void;
  /** What was written in the last transaction was rolled back. */
  rolledBack(): void;
};

/** Where more calls than these are up at once, the row of one that was forgotten is written whole: a callback costs a seventh more. */
const REMEMBERED_CALLS = 10_000;

/**
 * Mostly nothing of a call has changed but how it stands, or its time. Of one that still has the version that was written here last
 * no more than that is written: each value that SQLite is given costs, and it makes the entries of every index anew that has a
 * column of the SET, though its value stays. Whatever has another version is written as a whole.
 */
export function liveWriter(db: Sqlite): LiveWriter {
  const whole = prepareWhole(db, LIVE);
  const touch = db.command(updateSession([]));
  const move = db.command(updateSession(['Status', 'Disposition']));
  const known = createBoundedMap<Known>(REMEMBERED_CALLS);

  /** Whether the row was as it was written here last, and now is as it should be. */
  const goOn = (before: Known, now: CallSessionRow): boolean => {
    if (before.version >= now.version || !isSame<HardlyMoved>(before, now, HARDLY_MOVED)) return false;
    const where = [now.updatedAt, now.version, now.callSessionId, before.version] as const;
    const isMoved = before.status !== now.status || before.disposition !== now.disposition;
    return (isMoved ? move.run(now.status, now.disposition, ...where) : touch.run(...where)) > 0;
  };

  return {
    write(call) {
      const { session, responses } = call;
      const { callSessionId: id, version, status, disposition } = session;
      const before = known.get(id);
      if (!before || !goOn(before, session)) {
        if (!whole.session(session)) return;
        whole.answers(call);
        known.set(id, knownOf(call));
      } else {
        if (!areSame(before.responses, responses)) {
          whole.answers(call);
          before.responses = responses;
        }
        before.version = version;
        before.status = status;
        before.disposition = disposition;
      }
      // Hardly anything is told of a call that has ended.
      if (disposition !== null) known.delete(id);
    },
    rolledBack: known.clear,
  };
}

const HARDLY_MOVED = [
  'memberId',
  'callConnectionId',
  'correlationId',
  'serverCallId',
  'questionnaire',
  'createdAt',
] as const satisfies readonly (keyof CallSessionRow)[];

type HardlyMoved = Pick<CallSessionRow, (typeof HARDLY_MOVED)[number]>;

/** What was written of a call last. Written to, not made anew: what is kept for longer than a moment costs the garbage collector. */
type Known = HardlyMoved & {
  version: number;
  status: CallSessionRow['status'];
  disposition: CallSessionRow['disposition'];
  responses: CallRows['responses'];
};

function knownOf({ session, responses }: CallRows): Known {
  const { memberId, callConnectionId, correlationId, serverCallId, questionnaire, createdAt } = session;
  const { version, status, disposition } = session;
  return {
    memberId,
    callConnectionId,
    correlationId,
    serverCallId,
    questionnaire,
    createdAt,
    version,
    status,
    disposition,
    responses,
  };
}

const OF_RESPONSE: readonly (keyof CallResponseRow)[] = ['questionNumber', 'response', 'recordedAt', 'responseId'];

function isSame<Row>(one: Row, other: Row, columns: readonly (keyof Row)[]): boolean {
  for (const column of columns) if (one[column] !== other[column]) return false;
  return true;
}

function areSame(some: CallRows['responses'], others: CallRows['responses']): boolean {
  return some.length === others.length && some.every((row, index) => isSame(row, others[index]!, OF_RESPONSE));
}

/** Changes `moved`, and time and version, of a row that has a certain version. */
function updateSession(moved: readonly string[]): string {
  const set = [...moved, 'UpdatedAt', 'Version'].map((name) => `${name} = ?`);
  return `UPDATE ${LIVE.sessions} SET ${set.join(', ')} WHERE CallSessionId = ? AND Version = ?`;
}

/** `session`: writes a whole row, unless the one that is there is as new. `answers`: writes the responses, and takes all others away. */
function prepareWhole(db: Sqlite, { sessions, responses }: Tables) {
  const session = db.command(upsertSession(sessions));
  const response = db.command(upsertResponse(responses));
  const count = db.number(`SELECT count(*) FROM ${responses} WHERE CallSessionId = ?`);
  const others = db.command(
    `DELETE FROM ${responses} WHERE CallSessionId = ? AND QuestionNumber NOT IN (SELECT value FROM json_each(?))`,
  );
  return {
    session(row: CallSessionRow): boolean {
      const ids = [row.callSessionId, row.memberId, row.callConnectionId, row.correlationId, row.serverCallId] as const;
      const state = [
        row.status,
        row.disposition,
        row.questionnaire,
        row.createdAt,
        row.updatedAt,
        row.version,
      ] as const;
      return session.run(...ids, ...state) > 0;
    },
    answers({ session: { callSessionId: id }, responses: rows }: CallRows): void {
      for (const { responseId, questionNumber, response: text, recordedAt } of rows) {
        response.run(responseId, id, questionNumber, text, recordedAt);
      }
      // All of them are there now. A call mostly keeps its answers, and counting costs less than looking for others.
      if (count(id) === rows.length) return;
      others.run(id, JSON.stringify(rows.map((answer) => answer.questionNumber)));
    },
  };
}

function upsertSession(table: string): string {
  const columns = SESSION_COLUMNS.split(', ').slice(1);
  return `
    INSERT INTO ${table} (${SESSION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (CallSessionId) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}
    WHERE excluded.Version > Version`;
}

// Most writes of answers repeat those of the write before; a row that would stay the same is not touched.
function upsertResponse(table: string): string {
  return `
    INSERT INTO ${table} (${RESPONSE_COLUMNS}) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (CallSessionId, QuestionNumber)
    DO UPDATE SET ResponseId = excluded.ResponseId, Response = excluded.Response, RecordedAt = excluded.RecordedAt
    WHERE (excluded.ResponseId, excluded.Response, excluded.RecordedAt) IS NOT (ResponseId, Response, RecordedAt)`;
}
