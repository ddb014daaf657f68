import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import Fastify from 'fastify';
import Database from 'libsql';
import type { CallRows } from '../../../projections/ports.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { uuidv7 } from '../../../src/composition/ids.ts';
import { storeFiles } from '../../../src/composition/stores.ts';
import type { InitiateCallBody } from '../../../src/domain/call/bodies.ts';
import { EMPTY_HEAD, type NewEntry } from '../../../src/domain/entries.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { legOf } from '../load/mix.ts';
import { serveWorker } from '../serve-worker.ts';
import { portOf } from './port-of.ts';

const SELECT = `
  SELECT CallSessionId, MemberId, CallConnectionId, Status, Disposition, Questionnaire, CreatedAt, UpdatedAt, Version, (
    SELECT json_group_array(json_object('questionNumber', QuestionNumber, 'response', Response, 'recordedAt', RecordedAt))
    FROM (SELECT * FROM CallResponses R WHERE R.CallSessionId = S.CallSessionId ORDER BY QuestionNumber)
  ) AS Responses FROM CallSessions S`;

/**
 * Writes ended calls into the read models of a data directory, and the first entry of each into its log, where is looked what the
 * rows do not know. Returns the ids by which they can be asked for.
 */
async function fill(dataDir: string, count: number): Promise<string[]> {
  mkdirSync(dataDir, { recursive: true });
  const files = storeFiles(dataDir);
  const store = openSqliteReadStore(files.readModels);
  const log = openSqliteLog(files.log);
  const ids = Array.from({ length: count }, (_, index) => uuidv7(Date.now() - count + index));
  await store.write(ids.map(rowsOf));
  // Not registered: a server that starts would take them for open calls.
  await Promise.all(ids.map((id) => log.append(id, EMPTY_HEAD, [openingOf(id)])));
  await Promise.all([store.close(), log.close()]);
  return ids;
}

function openingOf(callSessionId: string): NewEntry {
  const body: InitiateCallBody = {
    memberId: memberOf(callSessionId),
    phoneNumber: '+15550100123',
    callerId: '+15550100000',
    callbackUrl: 'https://calls.example.org/api/calls/events',
    questionnaire: { id: 'wellbeing-check', version: 1, hash: 'f'.repeat(64) },
    questions: 3,
  };
  const [at, data] = [new Date().toISOString(), JSON.stringify(body)];
  const actor = 'coordinator:bench';
  return { kind: 'command', type: 'InitiateCall', id: randomUUID(), at, actor, cause: null, data };
}

function memberOf(callSessionId: string): string {
  return `M-${callSessionId.slice(-6)}`;
}

function rowsOf(callSessionId: string): CallRows {
  const at = new Date().toISOString();
  const responses = [1, 2, 3].map((questionNumber) => ({
    responseId: `${callSessionId}-${questionNumber}`,
    callSessionId,
    questionNumber,
    response: 'yes',
    recordedAt: at,
  }));
  const session = {
    callSessionId,
    memberId: memberOf(callSessionId),
    callConnectionId: legOf(callSessionId),
    correlationId: null,
    serverCallId: null,
    status: 'Disconnected',
    disposition: 'completed',
    questionnaire: 'wellbeing-check@1',
    createdAt: at,
    updatedAt: at,
    version: 24,
  } as const;
  return { session, responses };
}

/** The baseline of the status row: the same statements on the same file behind a route without anything else. */
async function start(dataDir: string): Promise<number> {
  const db = new Database(storeFiles(dataDir).readModels);
  const bySession = db.prepare(`${SELECT} WHERE S.CallSessionId = ?`);
  const byConnection = db.prepare(`${SELECT} WHERE S.CallConnectionId = ? ORDER BY S.CallSessionId DESC LIMIT 1`);
  const server = Fastify();
  server.get<{ Params: { id: string } }>('/api/calls/status/:id', async (request, reply) => {
    const id = [request.params.id];
    const row = (bySession.get(id) ?? byConnection.get(id)) as Record<string, string> | undefined;
    if (!row) return reply.code(404).send();
    return { ...row, Responses: JSON.parse(row['Responses'] ?? '[]') };
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return portOf(server);
}

const handlers = { fill, start };

export type BareStatusWorker = typeof handlers;

serveWorker(handlers);
