import type { Audit } from '../../../audit/api.ts';
import type { HttpConfig } from '../../config.ts';

export type AuditDeps = { readonly audit: Audit; readonly config: HttpConfig };
