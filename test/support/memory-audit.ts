import { randomUUID } from 'node:crypto';
import type { AccessPage, AccessRecord } from '../../projections/access.ts';
import type { Look, Refusal } from '../../src/audit/access/look.ts';
import type { Audit } from '../../src/audit/api.ts';
import { auditEvents } from '../../src/audit/fhir/audit-events.ts';
import { createSessions } from '../../src/audit/sessions/sessions.ts';
import type { Clock } from '../../src/base/clock.ts';
import { memoryLog } from './memory-log.ts';
import { virtualClock } from './virtual-clock.ts';

/** Nothing is verified, and never was. */
export const NO_VERIFICATIONS: Audit['verifications'] = {
  begin: () => false,
  status: () => ({ underWay: null, last: null }),
};

/** An audit that remembers what reached it, for tests of what comes before it. */
export type MemoryAudit = Audit & {
  readonly seen: Look[];
  readonly turnedAway: Refusal[];
  readonly asked: AccessPage[];
  /** What the next looks come to; null: they are recorded. */
  failure: Error | null;
  /** Awaited before a look is recorded. */
  gate: Promise<unknown>;
  shown: readonly AccessRecord[];
  /** What it knows of the trail; all else is nothing. */
  knows: Partial<Audit['replays']>;
  /** What it knows of disclosures; all else is nothing. */
  disclosed: Partial<Audit['disclosures']>;
  /** What it has of evidence; all else is refused. */
  evident: Partial<Audit['evidence']>;
  verified: ReturnType<Audit['verifications']['status']>;
  /** What comes of checking a call; null: there is none. */
  checked: Partial<Audit['callChecks']>;
};

const NOTHING: Audit['replays'] = {
  call: async () => null,
  history: async () => null,
  search: async () => ({ calls: [], looked: 0, unreadable: [], next: null }),
  request: async () => null,
};

const NO_LOG = { read: async () => [] };
const UNDISCLOSED: Audit['disclosures'] = {
  accounting: async () => null,
  record: async () => null,
  suspend: async () => null,
};

const NO_EVIDENCE: Audit['evidence'] = {
  gather: async () => 'there is none',
  looks: async () => ({ looks: [], next: null }),
  review: async () => 'there is none',
  signOff: async () => 'there is nothing to sign off',
};

/** @param clock of the sessions */
export function memoryAudit(clock: Pick<Clock, 'now' | 'monotonicMs'> = virtualClock()): MemoryAudit {
  const replays = () => ({ ...NOTHING, ...audit.knows });
  const evidence = () => ({ ...NO_EVIDENCE, ...audit.evident });
  const disclosures = () => ({ ...UNDISCLOSED, ...audit.disclosed });
  const audit: MemoryAudit = {
    seen: [],
    turnedAway: [],
    asked: [],
    failure: null,
    gate: Promise.resolve(),
    shown: [],
    knows: {},
    disclosed: {},
    evident: {},
    verified: NO_VERIFICATIONS.status(),
    checked: {},
    access: {
      async record(look) {
        await audit.gate;
        if (audit.failure) throw audit.failure;
        audit.seen.push(look);
      },
    },
    refused: (refusal) => void audit.turnedAway.push(refusal),
    accessStatus: () => ({
      glassBroken: audit.seen.filter(({ purpose }) => purpose === 'BTG').length,
      refused: audit.turnedAway.length,
      refusedUnrecorded: 0,
      lookFailures: 0,
      rowsLagMs: 0,
    }),
    async looks(page) {
      audit.asked.push(page);
      return audit.shown.slice(0, page.limit);
    },
    auditEvents: (asked) => auditEvents({ ...audit, log: NO_LOG, site: { url: 'https://calls.example' } }, asked),
    staffName: (name) => (name === 'anna' ? 'Anna Example' : null),
    replays: {
      call: (...asked) => replays().call(...asked),
      history: (...asked) => replays().history(...asked),
      search: (...asked) => replays().search(...asked),
      request: (...asked) => replays().request(...asked),
    },
    disclosures: {
      accounting: (...asked) => disclosures().accounting(...asked),
      record: (...asked) => disclosures().record(...asked),
      suspend: (...asked) => disclosures().suspend(...asked),
    },
    evidence: {
      gather: (...asked) => evidence().gather(...asked),
      looks: (...asked) => evidence().looks(...asked),
      review: (...asked) => evidence().review(...asked),
      signOff: (...asked) => evidence().signOff(...asked),
    },
    verifications: { begin: () => true, status: () => audit.verified },
    callChecks: {
      check: async (id) => (await audit.checked.check?.(id)) ?? null,
      proof: async (id) => (await audit.checked.proof?.(id)) ?? null,
    },
    sessions: createSessions({ log: memoryLog(), clock, freshId: randomUUID }),
    proofs: null,
    exports: null,
  };
  return audit;
}
