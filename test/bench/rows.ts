import type { Row } from './row.ts';
import { access } from './rows/access.ts';
import { azure } from './rows/azure.ts';
import { checkpoint } from './rows/checkpoint.ts';
import { coldStart } from './rows/cold-start.ts';
import { consolePages } from './rows/console.ts';
import { consoleLive } from './rows/console-live.ts';
import { exported } from './rows/export.ts';
import { ingest, ingestTokens } from './rows/ingest.ts';
import { instances } from './rows/instances.ts';
import { instancesProcessor } from './rows/instances-processor.ts';
import { latency } from './rows/latency.ts';
import { rebuild, replay, verify } from './rows/log.ts';
import { members } from './rows/members.ts';
import { memory } from './rows/memory.ts';
import { status } from './rows/status.ts';
import { system } from './rows/system.ts';
import { tables } from './rows/tables.ts';

/** Every row, in the order in which they run. */
export const ROWS: readonly Row[] = [
  ingest,
  ingestTokens,
  latency,
  replay,
  rebuild,
  verify,
  exported,
  status,
  access,
  checkpoint,
  tables,
  azure,
  instances,
  instancesProcessor,
  coldStart,
  system,
  memory,
  members,
  consolePages,
  consoleLive,
];
