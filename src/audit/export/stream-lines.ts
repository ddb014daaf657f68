import type { Entry } from '../../domain/entries.ts';
import { hexOf } from '../../log/digest.ts';
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
  /** Those of them that stand in the place of an entry. */
  withheld(): readonly string[];
};

type Deps = { readonly log: Pick<CallEventLog, 'read' | 'readStored'>; readonly moment: Moment };

/** Of most streams; longer ones make more room. */
const STREAM_BYTES = 64 * 1024;

export function createStreamLines(deps: Deps, withhold: readonly Withhold[]): StreamLines {
  const bytes = createPartBytes(STREAM_BYTES);
  let withheld: string[] = [];
  const sound = (stored: StoredStream, index: number, laidOut: LaidOut): void => {
    const reason = withhold.length === 0 ? null : reasonToWithhold(withhold, stored.entry(index));
    if (reason === null) {
      bytes.putLaidOut(laidOut);
      return;
    }
    const line = lineText({ withheld: { version: stored.version(index), hash: hexOf(laidOut.digest), reason } });
    withheld.push(line);
    bytes.put(line);
  };
  const readDeps = { ...deps, sound };
  return {
    bytes,
    withheld: () => withheld,
    read(name) {
      bytes.clear();
      withheld = [];
      return readSealed(readDeps, name);
    },
  };
}

function reasonToWithhold(withhold: readonly Withhold[], { stream, version, type }: Entry): string | null {
  return withhold.find(({ entries }) => entries === type || entries === `${stream}/${version}`)?.reason ?? null;
}
