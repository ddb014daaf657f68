import Fastify, { type FastifyInstance } from 'fastify';
import Database from 'libsql';
import { serveWorker } from '../serve-worker.ts';
import { portOf } from './port-of.ts';

type Event = { readonly id: string; readonly type: string; readonly data: { readonly callConnectionId: string } };

const STATUS_OF: Readonly<Record<string, string>> = {
  'Microsoft.Communication.CallConnected': 'Connected',
  'Microsoft.Communication.RecognizeCompleted': 'PersonDetected',
  'Microsoft.Communication.CallDisconnected': 'Disconnected',
};

let db: Database.Database | null = null;

/**
 * The design that is used as a rule: ids seen are kept in memory (and so lost at a restart), the call's row is updated
 * in place, and each callback is answered after its own commit. Same file settings as the log, so the same durability.
 */
async function start(path: string): Promise<number> {
  db = new Database(path);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = FULL');
  db.exec(`CREATE TABLE CallSessions (CallConnectionId TEXT NOT NULL PRIMARY KEY, CallSessionId TEXT NOT NULL,
    MemberId TEXT NOT NULL, Status TEXT NOT NULL, CreatedAt TEXT NOT NULL, UpdatedAt TEXT NOT NULL)`);
  const server = Fastify();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  addRoute(server, db);
  await server.listen({ host: '127.0.0.1', port: 0 });
  return portOf(server);
}

function addRoute(server: FastifyInstance, db: Database.Database): void {
  const seen = new Set<string>();
  const update = db.prepare(
    'UPDATE CallSessions SET Status = coalesce(?, Status), UpdatedAt = ? WHERE CallConnectionId = ?',
  );
  server.post<{ Body: Buffer }>('/api/calls/events', async (request, reply) => {
    const events: readonly Event[] = JSON.parse(request.body.toString());
    for (const { id, type, data } of events) {
      if (seen.has(id)) continue;
      update.run([STATUS_OF[type] ?? null, new Date().toISOString(), data.callConnectionId]);
      seen.add(id);
    }
    return reply.header('content-type', 'application/json; charset=utf-8').send('{"status":"Processed"}');
  });
}

/** Adds the rows of calls, so that every update finds one. */
function addCalls(legs: readonly string[]): void {
  if (!db) throw new Error('not started');
  const insert = db.prepare('INSERT INTO CallSessions VALUES (?, ?, ?, ?, ?, ?)');
  const now = new Date().toISOString();
  db.exec('BEGIN');
  for (const leg of legs) insert.run([leg, leg, `M-${leg}`, 'Initiated', now, now]);
  db.exec('COMMIT');
}

const handlers = { start, addCalls };

export type CrudWorker = typeof handlers;

serveWorker(handlers);
