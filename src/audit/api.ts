import type { Access } from './access/look.ts';

/** What the adapters that people reach (http, cli) may ask of the audit. */
export type Audit = {
  readonly access: Access;
};
