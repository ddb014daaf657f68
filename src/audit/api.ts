import type { AccessPage, AccessRecord } from '../../projections/access.ts';
import type { Access, AccessStatus, Refusal } from './access/look.ts';

/** What the adapters that people reach (http, cli) may ask of the audit. */
export type Audit = {
  readonly access: Access;
  /** Takes note in the background of a request of staff that was turned away. */
  refused(refusal: Refusal): void;
  /** For metrics; no I/O. */
  accessStatus(): AccessStatus;
  /** Who looked, newest first, with what this process has recorded so far. @throws ReadStoreError */
  looks(page: AccessPage): Promise<readonly AccessRecord[]>;
  /** What people call somebody whom the log knows by an id; null for whoever has no such name. */
  staffName(name: string): string | null;
};
