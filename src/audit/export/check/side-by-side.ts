import { type ExportAnchors, FINDINGS_MAX, type OnProgress, sealOf } from './check.ts';
import type { ExportCheck } from './findings.ts';
import { checkScope } from './scope-check.ts';
import { tellScope } from './scope-record.ts';
import { checkSegment, type Segment, type Segmented } from './segment.ts';

/** Checks a segment as `checkSegment` does, beside whoever asks; may be asked for two at once. Undefined: it cannot; never rejects. */
export type Lane = (number: number) => Promise<Checked | undefined>;
export type Checked = Awaited<ReturnType<typeof checkSegment>>;

/** A second lane. */
export type Beside = {
  /** So many segments are checked before it is opened. */
  readonly after: number;
  readonly open: () => Lane;
};

/** A file whose first line, without its newline, can be believed. */
export type SegmentedFile = Segmented & { readonly first: string; readonly sizeBytes: number };

/** What is checked so far ahead of a segment that another lane has is held; then that one is checked here too. */
const AHEAD_MAX = 16;
const ORDERS = 2;

/**
 * Checks an export in two lanes: each takes the next segment that nobody has. At the end, and when the other one stands still, the own
 * lane takes what the other has: whoever comes first counts, so a slow one costs no time. Memory does not grow with the export.
 * @returns null when not everything holds: only whoever reads it in its order can tell what
 */
export async function checkSideBySide(
  file: SegmentedFile,
  anchors: ExportAnchors,
  beside: Beside,
  onProgress: OnProgress = () => {},
): Promise<ExportCheck | null> {
  const count = Math.ceil(file.sizeBytes / file.segmentBytes);
  const whole = joinSegments(file);
  const done = new Map<number, Checked>();
  let [next, joined] = [0, 0];
  let isSound = true;
  const isOver = (): boolean => !isSound || joined >= count;
  const take = (number: number, checked: Checked): void => {
    if (isOver() || number < joined) return;
    done.set(number, checked);
    for (let one = done.get(joined); isSound && one !== undefined; one = done.get(joined)) {
      done.delete(joined);
      joined += 1;
      isSound = one !== null && whole.join(one);
    }
    onProgress(whole.totals());
  };
  // The other lane has begun the first of what it has.
  const lastOpen = (): number => {
    let number = count - 1;
    while (number > joined && done.has(number)) number -= 1;
    return number;
  };
  const work = async (lane: Lane): Promise<void> => {
    while (!isOver() && next < count) {
      const number = next;
      next += 1;
      const checked = await lane(number);
      if (checked === undefined) return;
      take(number, checked);
    }
  };
  for (let isOpen = false; !isOver(); ) {
    if (!isOpen && joined >= beside.after) {
      isOpen = true;
      const lane = beside.open();
      // One segment waits while another is checked: this lane has a turn for answers only where it reads on.
      for (let order = 0; order < ORDERS; order += 1) void work(lane);
    }
    let number = joined;
    if (next >= count) number = lastOpen();
    else if (next - joined < AHEAD_MAX) {
      number = next;
      next += 1;
    }
    take(number, await checkSegment(file, number));
  }
  return isSound ? whole.end(anchors) : null;
}

/** Puts segments together in their order: each goes on from the note that the one before it has come to. */
function joinSegments({ begun, first, sizeBytes }: SegmentedFile) {
  const notes: string[] = [];
  let isSound = true;
  const found = (): void => {
    isSound = false;
  };
  const scope = checkScope(begun.about.scope, found, (words) => notes.length < FINDINGS_MAX && notes.push(words));
  let segment: Segment | null = null;
  return {
    totals: () => segment?.totals ?? { bytes: 0, entries: 0 },
    /** @returns whether all holds so far */
    join(next: Segment | 'none'): boolean {
      if (next === 'none') return true;
      const [ends, last] = segment ? [segment.ends, segment.last] : [Buffer.byteLength(first) + 1, first];
      if (next.begins !== ends || next.before !== last) return false;
      tellScope(next.seen, scope);
      segment = next;
      return isSound;
    },
    end(anchors: ExportAnchors): ExportCheck | null {
      if (!segment?.hasEnded || segment.ends !== sizeBytes) return null;
      scope.end();
      const seal = sealOf(begun, anchors, found);
      return isSound ? { ...seal, totals: segment.totals, notes, findings: [], findingCount: 0 } : null;
    },
  };
}
