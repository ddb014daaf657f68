import type { AccessPage } from '../../projections/access.ts';
import type { MendingAccessStore } from '../../projections/sqlite/access/mending.ts';
import type { Journal } from '../app/ports.ts';
import { createAccessProjector } from '../audit/access/projector.ts';
import { createAccessRecorder } from '../audit/access/recorder.ts';
import type { Audit } from '../audit/api.ts';
import type { Sealed } from '../audit/checkpoints/moment.ts';
import type { Seals } from '../audit/checkpoints/seals.ts';
import { createDisclosures } from '../audit/disclosures/disclosures.ts';
import { createEvidence } from '../audit/evidence/evidence.ts';
import { createExports } from '../audit/export/exports.ts';
import { auditEvents } from '../audit/fhir/audit-events.ts';
import { looksFrom } from '../audit/replay/looks.ts';
import { createReplays, type ReplaysDeps } from '../audit/replay/replays.ts';
import { createSessions } from '../audit/sessions/sessions.ts';
import { type CallChecksDeps, createCallChecks } from '../audit/verify/one-call.ts';
import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/coded-error.ts';
import { inTime } from '../base/time-limit.ts';
import type { CallEventLog } from '../log/port.ts';
import { randomIds } from './ids.ts';

type AuditDeps = Pick<ReplaysDeps, 'members' | 'providers'> & {
  readonly readStore: ReplaysDeps['readStore'] & CallChecksDeps['readStore'];
  readonly log: CallEventLog;
  readonly access: MendingAccessStore;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly staffNames: ReadonlyMap<string, string>;
  readonly publicBaseUrl: string;
  readonly proofs: Audit['proofs'];
  /** Null as `proofs` is. */
  readonly sealed: Sealed | null;
  /** Null, or absent, as `proofs` is. */
  readonly seals?: Seals | null;
  readonly verifications: Audit['verifications'];
  /** Absent: there always is. */
  readonly hasRoom?: () => boolean;
};

export type OpenedAudit = Audit & {
  /** Resolves when the rows show all that was recorded before. */
  shown(): Promise<void>;
  close(): Promise<void>;
};

/** Whoever asks who looked sees what this process has just recorded, unless the rows cannot be written. */
const SHOWN_MS = 500;

/** Begins to record who looks, and to show it. */
export function openAudit(deps: AuditDeps): OpenedAudit {
  const {
    log,
    access: store,
    clock,
    journal,
    staffNames,
    publicBaseUrl,
    proofs,
    sealed,
    seals = null,
    verifications,
    hasRoom,
  } = deps;
  const projector = createAccessProjector({
    log,
    store,
    clock,
    onError: (error) => journal.error({ code: errorCode(error) }, 'the rows of who looked could not be written'),
  });
  store.onToFill(projector.readAgain);
  const access = createAccessRecorder({
    log,
    clock,
    freshId: randomIds.uuid,
    // Of this start alone: a later one with the same would write where it does not know the end.
    process: randomIds.uuid(),
    recorded: projector.recorded,
    // An alert waits for this line.
    onGlassBroken: ({ action }) => journal.error({ code: 'BREAK_GLASS', action }, 'somebody breaks the glass'),
    ...(hasRoom && { hasRoom }),
  });
  const looks = async (page: AccessPage) => {
    await inTime(projector.flush(), SHOWN_MS, clock.after);
    return store.list(page);
  };
  const staffName = (name: string): string | null => staffNames.get(name) ?? null;
  projector.start();
  return {
    access,
    refused: access.refused,
    accessStatus: () => ({ ...access.status(), rowsLagMs: projector.lagMs() }),
    looks,
    auditEvents: (asked) => auditEvents({ looks, log, site: { url: publicBaseUrl } }, asked),
    staffName,
    sessions: createSessions({ log, clock, freshId: randomIds.uuid }),
    replays: createReplays({ ...deps, ids: randomIds, looksOf: looksFrom(looks), staffName }),
    disclosures: createDisclosures({ ...deps, ids: randomIds, looks }),
    evidence: createEvidence({
      ...deps,
      ids: randomIds,
      looks,
      lastVerification: () => verifications.status().last,
      checkpoint: async () => (await proofs?.newest()) ?? null,
    }),
    proofs,
    exports:
      proofs &&
      sealed &&
      createExports({
        log,
        clock,
        ids: randomIds,
        make: proofs.make,
        sealed,
        isMember: async (memberId) => (await deps.members.find(memberId)) !== null,
      }),
    verifications,
    callChecks: createCallChecks({ ...deps, seals, status: () => proofs?.status() ?? null }),
    shown: projector.flush,
    async close() {
      await access.close();
      await projector.close();
    },
  };
}
