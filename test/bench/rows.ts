import type { Row } from './row.ts';
import { ingest, ingestTokens } from './rows/ingest.ts';

/** Every row, in the order in which they run. */
export const ROWS: readonly Row[] = [ingest, ingestTokens];
