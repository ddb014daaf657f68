import type { Role } from '../../identity/staff.ts';

/** Why somebody looks (HL7 PurposeOfUse). BTG is breaking the glass: it needs a reason and raises an alarm. */
export const PURPOSES = ['TREAT', 'HPAYMT', 'HOPERAT', 'PATRQT', 'HLEGAL', 'PUBHLTH', 'BTG'] as const;
export type Purpose = (typeof PURPOSES)[number];
export const DEFAULT_PURPOSE: Purpose = 'HOPERAT';

/** What a look was at; the last two are no looks, but changes, which stand here for who made them. Written to disk: add, never rename. */
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
  'disclosures',
  'evidence',
  'member',
  'members-export',
  'members-import',
  'member-removed',
  'list-answers',
  'calls-export',
] as const;
export type Action = (typeof ACTIONS)[number];

/** What an actor is. All but the first are no persons that anybody has checked, and reports say so. */
export const ACTOR_KINDS = ['person', 'app', 'api-key', 'loopback', 'os-user'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** A look at members' data, by whom and at what; recorded before any of it leaves. */
export type Look = {
  /** `<role>:<name>`, or `operator:<user>` of the operating system. */
  readonly actor: string;
  /** Absent where nobody said. */
  readonly by?: ActorKind;
  /** All that the actor has, not only the one that let them in. */
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

/** A request of staff that was turned away. Never what was presented as a proof. */
export type Refusal = {
  /** `<role>:<name>` of somebody who is known and may not; `anonymous` for whoever did not prove who they are. */
  readonly actor: string;
  readonly by?: ActorKind;
  readonly roles: readonly Role[];
  /** HTTP: 401 or 403; 429 for whoever is slowed down, whatever they presented. */
  readonly status: 401 | 403 | 429;
  /** The template of the route, such as `GET /api/calls/status/:id`: never an id. */
  readonly route: string;
  readonly requestId: string;
  readonly address: string | null;
};

/** Where looks are recorded. */
export type Access = {
  /**
   * Resolves when the look is in the log, or is covered by one that is. Nothing may be shown before, or when it throws.
   * @throws LogError
   * @throws AccessError ACCESS_DISK_LOW: what is left of the disk is for calls that are up
   */
  record(look: Look): Promise<void>;
};

/** What operators should know of the recording. */
export type AccessStatus = {
  /** Looks with the purpose BTG since the start. */
  readonly glassBroken: number;
  /** Refusals since the start. */
  readonly refused: number;
  /** Refusals of which the log could not take note. */
  readonly refusedUnrecorded: number;
  /** Looks that could not be recorded, so that nothing was shown. */
  readonly lookFailures: number;
  /** Age of the oldest look that the rows do not show yet. */
  readonly rowsLagMs: number;
};
