import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { createBoundedMap } from '../base/bounded-map.ts';
import { placeOf } from './address.ts';
import { problemStatus, sendProblem } from './problem.ts';
import { createThrottle, type ThrottleLimits } from './throttle.ts';

/** Who is refused: staff, ACS with a callback, or Event Grid. */
export type Guarded = 'staff' | 'callbacks' | 'event-grid';

/** Why somebody is turned away. Nothing of what they sent is in it. */
export type TurnedAway = {
  readonly of: Guarded;
  /** One of a few words: it is a label of a metric. */
  readonly reason: string;
  readonly problem: 'UNAUTHENTICATED' | 'FORBIDDEN';
  /** What was presented; only its hash is kept, for as long as failures are counted. Absent: nothing, or it cannot be guessed. */
  readonly credential?: string;
  /** Whoever has proven to be ACS or Event Grid is never told to wait. */
  readonly proven?: boolean;
};

type Visit = Pick<FastifyRequest, 'address' | 'method' | 'routeOptions' | 'headers'>;

/** Where whoever is turned away is counted, told of in the log, and slowed down; by the address of the request. */
export type Door = {
  /** Takes note of it, and answers: as it is, or with 429 when too many of that address were turned away. */
  refuse(request: Visit, reply: FastifyReply, refusal: TurnedAway): void;
  /** Takes note of it only. */
  note(request: Visit, refusal: TurnedAway): void;
  /** Whether the next refusal of this kind will be answered with 429. */
  isSlow(request: Visit, of: Guarded): boolean;
  /**
   * Whether a key is believed from there: while somebody guesses at an address only those keys that have been used from there
   * before. Else the answer would tell who guesses that they have guessed right. Another one is to be refused as `wait`.
   */
  mayUse(request: Visit, key: string): boolean;
};

declare module 'fastify' {
  interface FastifyInstance {
    door: Door;
  }
}

type DoorDeps = {
  readonly limits: ThrottleLimits;
  readonly trustedHops: number;
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly counts: { refused(of: Guarded, reason: string): void; slowed(of: Guarded): void };
};

const USED_KEYS_MAX = 10_000;

/** Puts the door into the server, where all guards find it. */
export function hangDoor(server: FastifyInstance, deps: DoorDeps): void {
  server.decorate('door', createDoor(deps));
}

function createDoor({ limits, trustedHops, logger, nowMs, counts }: DoorDeps): Door {
  const throttle = createThrottle(limits, nowMs);
  const used = createBoundedMap<true>(USED_KEYS_MAX);

  const note = ({ address, routeOptions, method, headers }: Visit, refusal: TurnedAway): number => {
    const { of, reason, problem, credential } = refusal;
    const { waitMs, slowed } = throttle.failed(placeOf(address), `${of} ${hashOf(credential)}`);
    counts.refused(of, reason);
    if (!isRound(slowed)) return waitMs;
    const line = { code: 'REFUSED', of, reason, address, route: `${method} ${routeOptions.url}` };
    if (slowed === 0) logger.warn({ ...line, status: problemStatus(problem) }, 'turned away');
    else {
      const isOfProxy = trustedHops === 0 && headers['x-forwarded-for'] !== undefined;
      const hint = isOfProxy ? '; that may be a proxy before this server: TRUSTED_HOPS' : '';
      logger.warn({ ...line, slowed }, `turned away so often that the address is slowed down${hint}`);
    }
    return waitMs;
  };

  return {
    note: (request, refusal) => void note(request, refusal),
    refuse(request, reply, refusal) {
      const waitMs = note(request, refusal);
      if (waitMs === 0 || refusal.proven) {
        sendProblem(reply, refusal.problem);
        return;
      }
      counts.slowed(refusal.of);
      sendProblem(reply.header('retry-after', Math.ceil(waitMs / 1_000)), 'TOO_MANY_FAILURES');
    },
    isSlow: ({ address }, of) => throttle.isSlow(placeOf(address), `${of} `),
    mayUse({ address }, key) {
      const place = placeOf(address);
      const id = `${place} ${hashOf(key)}`;
      if (used.get(id)) return true;
      if (throttle.isGuessing(place)) return false;
      used.set(id, true);
      return true;
    },
  };
}

/** Tells what was presented from other things, and can not be turned back into it. */
function hashOf(credential: string | undefined): string {
  return credential === undefined ? '' : createHash('sha256').update(credential).digest('base64url');
}

/** 0, 1, 10, 100 and so on: who knocks a million times is worth a few lines. */
function isRound(count: number): boolean {
  return count === 0 || Number.isInteger(Math.log10(count));
}
