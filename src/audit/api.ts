import type { AccessPage, AccessRecord } from '../../projections/access.ts';
import type { MerkleTree } from '../tlog/tree.ts';
import type { Access, AccessStatus, Refusal } from './access/look.ts';
import type { CheckpointStatus } from './checkpoints/checkpoints.ts';
import type { Disclosures } from './disclosures/api.ts';
import type { Evidences } from './evidence/api.ts';
import type { Exports } from './export/exports.ts';
import type { EventsAsked, EventsPage } from './fhir/audit-events.ts';
import type { Replays } from './replay/api.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { CallChecks } from './verify/one-call.ts';
import type { Verifications } from './verify/service.ts';

/** What the adapters that people reach (http, cli) may ask of the audit. */
export type Audit = {
  readonly access: Access;
  /** Takes note in the background of a request of staff that was turned away. */
  refused(refusal: Refusal): void;
  /** For metrics; no I/O. */
  accessStatus(): AccessStatus;
  /** Who looked, newest first, with what this process has recorded so far. @throws ReadStoreError */
  looks(page: AccessPage): Promise<readonly AccessRecord[]>;
  /** The same as FHIR R4 AuditEvents, newest first. @throws LogError, ReadStoreError */
  auditEvents(asked: EventsAsked): Promise<EventsPage>;
  /** What people call somebody whom the log knows by an id; null for whoever has no such name. */
  staffName(name: string): string | null;
  readonly replays: Replays;
  /** Who is signed in here. */
  readonly sessions: Sessions;
  readonly disclosures: Disclosures;
  readonly evidence: Evidences;
  readonly verifications: Pick<Verifications, 'begin' | 'status'>;
  /** Whether one call is as it was sealed. */
  readonly callChecks: CallChecks;
  /** Null: no checkpoints are made. */
  readonly proofs: Proofs | null;
  /** Null: without checkpoints nothing can be proven to others. */
  readonly exports: Exports | null;
};

/** The checkpoints of the log, and the tree that they are of. */
export type Proofs = {
  /** The note of the newest checkpoint; null when there is none. */
  newest(): Promise<string | null>;
  /** Makes one over everything appended before, and gives its note. @throws CheckpointError */
  make(): Promise<string>;
  tree(): Pick<MerkleTree, 'size' | 'tile'>;
  /** The bytes of a leaf. @throws RangeError, CheckpointError */
  leaf(index: number): Promise<Buffer>;
  /** How they fare, and how often one is made while something moves; asks nobody. */
  status(): CheckpointStatus & { readonly everyMs: number };
  /** Goes on under the next origin. @throws CheckpointError, LogError */
  reopen(reason: string, actor: string): Promise<{ readonly origin: string; readonly verifierKey: string }>;
};
