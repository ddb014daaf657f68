import { randomUUID } from 'node:crypto';
import type { Ids } from '../base/ids.ts';
import { uuidv7 } from './uuidv7.ts';

/** Identifiers from this machine's randomness. */
export const randomIds: Ids = { uuid: randomUUID, callSessionId: uuidv7 };
