import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Present } from '../base/present.ts';

/** `leaving`: no new work is taken, what is under way goes on. `shut`: nothing is taken any more. */
type Stage = 'open' | 'leaving' | 'shut';

/** How far a server is on its way out. */
export type Closing = {
  readonly stage: () => Stage;
  /** From now on no new work is taken, and connections are let go of as they fall idle. The server still listens. */
  begin(): void;
  /** From now on nothing is taken. */
  shut(): void;
  /** Cuts off whoever is still connected. */
  cut(): void;
  /** Tells what to do at each of these steps; to be called once. */
  onStep(steps: { readonly changed: () => void; readonly cut: () => void }): void;
};

export function createClosing(): Closing {
  let stage: Stage = 'open';
  let steps = { changed: () => {}, cut: () => {} };
  const enter = (next: Stage): void => {
    stage = next;
    steps.changed();
  };
  return {
    stage: () => stage,
    begin() {
      if (stage === 'open') enter('leaving');
    },
    shut() {
      if (stage !== 'shut') enter('shut');
    },
    cut: () => steps.cut(),
    onStep(given) {
      steps = given;
    },
  };
}

const SWEEP_MS = 50;
/** A connection that was made after the beginning brings a callback, or nothing: so long it may take to say something. */
const NEWCOMER_MS = 1_000;

/**
 * Lets go of connections while the server closes. Node's own way leaves those alone that have said nothing yet, or half a
 * line: one of them would keep the process until the request timed out.
 * @param unanswered the responses that are being worked on
 */
export function letGoOfConnections(
  { server }: FastifyInstance,
  closing: Closing,
  unanswered: Pick<Present<ServerResponse>, 'all'>,
): void {
  const connectedMs = new Map<Socket, number>();
  let beganMs: number | null = null;

  const sweep = (): void => {
    const nowMs = performance.now();
    const busy = new Set<Socket>();
    for (const { req } of unanswered.all()) busy.add(req.socket);
    for (const [socket, sinceMs] of connectedMs) {
      const isNew = closing.stage() === 'leaving' && sinceMs >= (beganMs ?? 0) && nowMs - sinceMs < NEWCOMER_MS;
      if (!busy.has(socket) && !isNew) socket.destroySoon();
    }
  };

  const changed = (): void => {
    for (const response of unanswered.all()) if (!response.headersSent) response.shouldKeepAlive = false;
    if (beganMs === null) {
      beganMs = performance.now();
      const timer = setInterval(sweep, SWEEP_MS).unref();
      server.once('close', () => clearInterval(timer));
    }
    // What has arrived is read first: it is in the sockets until the next turn.
    setImmediate(() => setImmediate(sweep));
  };

  server.on('connection', (socket) => {
    connectedMs.set(socket, performance.now());
    socket.once('close', () => connectedMs.delete(socket));
  });
  closing.onStep({
    changed,
    cut() {
      for (const socket of connectedMs.keys()) socket.destroy();
    },
  });
}
