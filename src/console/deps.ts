import type { CallApp } from '../app/api.ts';
import type { Audit } from '../audit/api.ts';
import type { Clock } from '../base/clock.ts';
import type { StaffConfig } from '../identity/staff.ts';
import type { Assets } from './assets.ts';
import type { Telephones } from './telephones.ts';

/** What the console shows and asks. */
export type ConsoleDeps = {
  readonly app: CallApp;
  readonly audit: Audit;
  readonly staff: StaffConfig;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** Null where calls are real. */
  readonly telephones: Telephones | null;
};

export type PageDeps = ConsoleDeps & { readonly assets: Assets };
