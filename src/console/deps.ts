import type { CallApp } from '../app/api.ts';
import type { Audit } from '../audit/api.ts';
import type { Clock } from '../base/clock.ts';
import type { OpenIdClient } from '../identity/open-id.ts';
import type { Seal } from '../identity/seal.ts';
import type { StaffConfig } from '../identity/staff.ts';
import type { MemberDesk } from '../members/desk.ts';
import type { Assets } from './assets.ts';
import type { Telephones } from './telephones.ts';

/** What runs here, and on what, in words. */
export type About = {
  readonly release: string;
  readonly node: string;
  readonly log: string;
  readonly readModels: string;
  /** Whether deliveries of Event Grid are let in. */
  readonly takesEventGrid: boolean;
};

/** How people sign in. */
export type SignIn = {
  /** Where browsers reach this server, without a trailing slash. */
  readonly publicBaseUrl: string;
  /** After so long without a hand on it the console is hidden. */
  readonly idleMs: number;
  /** Of what browsers keep. */
  readonly seals: { readonly session: Seal; readonly flow: Seal };
  /** Null: by an API key. */
  readonly entra: { readonly tenantId: string; readonly client: OpenIdClient } | null;
};

/** What the console shows and asks. */
export type ConsoleDeps = {
  readonly app: CallApp;
  readonly audit: Audit;
  readonly desk: MemberDesk;
  readonly staff: StaffConfig;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** Null where calls are real. */
  readonly telephones: Telephones | null;
  /** Absent: nobody says. */
  readonly about?: About;
  /** Absent: nobody signs in, because the console is for whoever sits at this machine. */
  readonly signIn?: SignIn;
};

export type PageDeps = ConsoleDeps & { readonly assets: Assets };
