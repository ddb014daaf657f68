import type { Entry } from '../../domain/entries.ts';
import { isOperationStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { readStream } from '../replay/find-call.ts';

/** What stands in the streams that are of no call and no member. */
export type SideEntries = {
  /** Of the operation, by time. */
  readonly operation: readonly Entry[];
  /** The first entry of each script's stream. */
  readonly scripts: readonly Entry[];
  readonly streams: number;
  /** The day of the first entry; streams are known by the hour of their beginning. */
  readonly firstDay: string | null;
  readonly flaws: readonly string[];
};

/** Streams that are read at once: as many as one client of Azure answers without queueing. */
const READ_AT_ONCE = 8;
const SCRIPT = 'questionnaire:';

/** Walks the register by names and reads those streams. @throws LogError */
export async function readSideStreams(log: Pick<CallEventLog, 'read' | 'registered'>): Promise<SideEntries> {
  const names: string[] = [];
  let [streams, first]: [number, string | null] = [0, null];
  for await (const stream of log.registered()) {
    first ??= stream;
    streams += 1;
    if (isOperationStream(stream) || stream.startsWith(SCRIPT)) names.push(stream);
  }
  const [operation, scripts, flaws]: [Entry[], Entry[], string[]] = [[], [], []];
  for (let from = 0; from < names.length; from += READ_AT_ONCE) {
    const read = await Promise.all(names.slice(from, from + READ_AT_ONCE).map((name) => readStream(log, name)));
    for (const stream of read) {
      if (!stream) continue;
      flaws.push(...stream.flaws.map((flaw) => `${stream.callSessionId}: ${flaw}`));
      if (isOperationStream(stream.callSessionId)) operation.push(...stream.entries);
      else scripts.push(...stream.entries.slice(0, 1));
    }
  }
  const opening = first === null ? null : await readStream(log, first);
  operation.sort((a, b) => (a.at < b.at ? -1 : 1));
  const times = [...operation, ...scripts, ...(opening?.entries ?? [])].map(({ at }) => at);
  return { operation, scripts, streams, firstDay: times.sort()[0]?.slice(0, 10) ?? null, flaws };
}
