import type { Keyed } from './key-set.ts';
import type { TokenRefusal } from './token-checker.ts';

/** What a person or tool of the plan's staff may do: place calls, read them, or run the service. */
export const ROLES = ['Coordinator', 'Compliance', 'Operator'] as const;

export type Role = (typeof ROLES)[number];

export type ApiKey = {
  /** Stands in the log as `<role>:<name>`. */
  readonly name: string;
  /** SHA-256 of the key, hex: the key itself is nowhere in the settings. */
  readonly sha256: string;
  readonly roles: readonly Role[];
};

/** A person or tool of the plan's staff, as Entra ID names it. */
export type EntraStaff = {
  readonly name: string;
  readonly roles: readonly Role[];
  /** Whether an application speaks for itself: no person has signed in. */
  readonly isApp: boolean;
};

/** `id-token`: it says who has signed in somewhere, and lets nobody in. `no-identity`: it names nobody. */
export type StaffRefusal = TokenRefusal | 'id-token' | 'no-identity';

/** Tells who a bearer token of Entra ID speaks for. */
export type EntraVerifier = Partial<Keyed> & {
  verify(token: string): Promise<{ readonly staff: EntraStaff } | { readonly refusal: StaffRefusal }>;
};

/** How staff prove who they are. `keys` is another list once somebody has added or removed one: it is looked at for each request. */
export type StaffConfig =
  /** Whoever can reach the loopback interface is `<role>:local`. */
  | { readonly mode: 'loopback' }
  | { readonly mode: 'api-keys'; readonly keys: readonly ApiKey[] }
  /** Tokens of Entra ID, and API keys for tools that cannot get one. */
  | { readonly mode: 'entra'; readonly verifier: EntraVerifier; readonly keys: readonly ApiKey[] };
