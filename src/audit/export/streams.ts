import type { Entry } from '../../domain/entries.ts';
import {
  isAccessStream,
  isCallStream,
  isOperationStream,
  isQuarantineStream,
  memberStream,
} from '../../domain/streams.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { entriesOf } from '../../log/stored-stream.ts';
import type { ExportScope } from './entries.ts';
import type { Left } from './format.ts';
import type { SealedStream } from './sealed-stream.ts';

/** Reads a stream as it was at the export's moment. */
type Read = (name: string) => Promise<SealedStream | Left>;

const DAY_MS = 86_400_000;

/**
 * The streams of an export in their order, which is the same whenever it is asked for, without the scripts. A member's own stream
 * comes first, then the calls that it opened; of a period the calls that were begun in it and the streams of its whole days.
 * @param after only what comes behind this stream
 * @throws LogError LOG_CORRUPT when there is no such stream any more
 */
export async function* streamsOf(
  { log, read }: { readonly log: Pick<CallEventLog, 'registered'>; readonly read: Read },
  scope: ExportScope,
  after: string | null,
): AsyncGenerator<SealedStream | Left> {
  let isBehind = after === null;
  for await (const name of namesOf(log, read, scope)) {
    if (!isBehind) {
      isBehind = name === after;
      continue;
    }
    const stream = await read(name);
    if ('because' in stream ? isNamed(scope, stream) : isOf(scope, name, stream.first)) yield stream;
  }
  // Signed as whole it would lack what came behind it.
  if (!isBehind) throw new LogError('LOG_CORRUPT', `the log has lost ${after}, which an export has come to`);
}

async function* namesOf(log: Pick<CallEventLog, 'registered'>, read: Read, scope: ExportScope): AsyncGenerator<string> {
  if (scope.is === 'call') return yield scope.callSessionId;
  if (scope.is === 'member') {
    const own = memberStream(scope.memberId);
    yield own;
    const stream = await read(own);
    if ('stored' in stream) yield* callsIn(entriesOf(stream.stored, stream.leaf.version));
    return;
  }
  // What stands in the log was registered in the hour of its first entry, by a clock that may have been an hour off.
  for await (const name of log.registered(new Date(Date.parse(scope.from) - DAY_MS))) {
    if (isCallStream(name) || isWholeDayIn(scope, name)) yield name;
  }
}

/** The calls that a member's stream opened. */
export function callsIn(entries: readonly Pick<Entry, 'type' | 'id'>[]): readonly string[] {
  return entries.filter(({ type }) => type === 'OpenCall').map(({ id }) => id);
}

/** Whether the stream belongs to the export, as far as its first entry can tell. */
export function isOf(scope: ExportScope, name: string, { at }: Pick<Entry, 'at'>): boolean {
  if (scope.is !== 'period' || !isCallStream(name)) return true;
  return at >= scope.from && at < scope.to;
}

/** Whether it is the stream of a day that lies in the period from end to end. */
export function isWholeDayIn({ from, to }: { readonly from: string; readonly to: string }, name: string): boolean {
  const isOfDay = isAccessStream(name) || isOperationStream(name) || isQuarantineStream(name) || isEventGrid(name);
  const day = isOfDay ? name.split(':')[1] : undefined;
  if (day === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return false;
  const begins = `${day}T00:00:00.000Z`;
  return begins >= from && new Date(Date.parse(begins) + DAY_MS).toISOString() <= to;
}

function isEventGrid(name: string): boolean {
  return name.startsWith('event-grid:');
}

/** Of a period one knows only by its entries what belongs to it: what cannot be read may, and what began later does not. */
function isNamed(scope: ExportScope, { because }: Left): boolean {
  return scope.is !== 'period' || because === 'unreadable' || because === 'contradicts';
}
