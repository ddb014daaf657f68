import type { Entry } from '../../domain/entries.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { StoredStream } from '../../log/stored-stream.ts';
import type { Moment } from '../checkpoints/moment.ts';
import type { Withhold } from './entries.ts';
import { type Left, lineText } from './format.ts';
import { createPartBytes, type LaidOut, type PartBytes } from './part-bytes.ts';
import { readSealed, type SealedStream } from './sealed-stream.ts';

/** Reads streams, and makes the lines of their entries meanwhile: an entry is laid out once, for its hash and its line. */
export type StreamLines = {
  /** @throws as `readSealed` */
  read(name: string): Promise<SealedStream | Left>;
  /** The lines of the stream that was read last. */
  readonly bytes: Pick<PartBytes, 'view'>;
  /** How many of its entries are withheld. */
  withheld(): number;
};

type Deps = { readonly log: Pick<CallEventLog, 'read' | 'readStored'>; readonly moment: Moment };

/** Of most streams; longer ones make more room. */
const STREAM_BYTES = 64 * 1024;

export function createStreamLines(deps: Deps, withhold: readonly Withhold[]): StreamLines {
  const bytes = createPartBytes(STREAM_BYTES);
  let withheld = 0;
  const sound = (stored: StoredStream, index: number, laidOut: LaidOut): void => {
    const reason = withhold.length === 0 ? null : reasonToWithhold(withhold, stored.entry(index));
    if (reason !== null) withheld += 1;
    if (reason === null) bytes.putLaidOut(laidOut);
    else bytes.put(lineText({ withheld: { version: stored.version(index), hash: laidOut.hash, reason } }));
  };
  const readDeps = { ...deps, sound };
  return {
    bytes,
    withheld: () => withheld,
    read(name) {
      bytes.clear();
      withheld = 0;
      return readSealed(readDeps, name);
    },
  };
}

function reasonToWithhold(withhold: readonly Withhold[], { stream, version, type }: Entry): string | null {
  return withhold.find(({ entries }) => entries === type || entries === `${stream}/${version}`)?.reason ?? null;
}
