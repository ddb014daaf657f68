import type { Role } from '../../identity/staff.ts';

/** Why somebody looks (HL7 PurposeOfUse). BTG is breaking the glass: it needs a reason and raises an alarm. */
export const PURPOSES = ['TREAT', 'HPAYMT', 'HOPERAT', 'PATRQT', 'HLEGAL', 'PUBHLTH', 'BTG'] as const;
export type Purpose = (typeof PURPOSES)[number];
export const DEFAULT_PURPOSE: Purpose = 'HOPERAT';

/** What a look was at. Written to disk: add, never rename. */
export const ACTIONS = [
  'status',
  'list',
  'replay',
  'raw',
  'history',
  'search',
  'access',
  'export',
  'members-list',
  'quarantine',
  'backup',
  'verify',
  'number-revealed',
] as const;
export type Action = (typeof ACTIONS)[number];

/** A look at members' data, by whom and at what; recorded before any of it leaves. */
export type Look = {
  /** `<role>:<name>`, or `operator:<user>` of the operating system. */
  readonly actor: string;
  readonly roles: readonly Role[];
  readonly action: Action;
  readonly purpose: Purpose;
  /** Asked for where the purpose or the action demands one. */
  readonly reason?: string;
  readonly requestId: string;
  /** Where the request came from; null for a command on the server's own machine. */
  readonly address: string | null;
  /** callSessionIds shown. */
  readonly calls: readonly string[];
  /** Ids of members shown. */
  readonly members: readonly string[];
  /** The names of the fields that were searched by, never their values. */
  readonly fields?: readonly string[];
};

/** Where looks are recorded. */
export type Access = {
  /**
   * Resolves when the look is in the log, or is covered by one that is. Nothing may be shown before, or when it throws.
   * @throws LogError
   */
  record(look: Look): Promise<void>;
};
