import { laidOut } from '../../../log/laid-out.ts';
import type { TreeHead } from '../../../tlog/prove.ts';
import type { BeginNote, Line } from '../format.ts';
import type { ExportFindingKind } from './findings.ts';
import { lookedAt, type ScopeCheck } from './scope-check.ts';
import { checkStream, createProofCheck, type StreamCheck } from './stream-check.ts';
import type { Source } from './written-entry.ts';

/** Checks what stands between notes: streams with their entries, and what was left out. */
export type BodyCheck = {
  line(line: Exclude<Line, { note: string }>): void;
  /**
   * Takes what nearly every line is: sound entries, as they were written.
   * @returns how many, and where the next line begins. Of none the line is to be read as any other
   */
  written(source: Source, start: number): Written;
  /** No more lines of the stream come. */
  endStream(): void;
};

export type Written = { readonly entries: number; readonly end: number };

type Found = (kind: ExportFindingKind, detail: string) => void;

export function checkBody(about: BeginNote, tree: TreeHead, scope: ScopeCheck, found: Found): BodyCheck {
  const isProven = createProofCheck(about.checkpoint, tree);
  const isNamed = (reason: string): boolean => reason !== '' && about.withhold.some((each) => each.reason === reason);
  let stream: StreamCheck | null = null;
  const endStream = (): void => {
    stream?.end();
    stream = null;
  };
  return {
    endStream,
    written(source, start) {
      if (!stream) return { entries: 0, end: start };
      const [{ name, count }, before] = [stream, stream.count()];
      const end = stream.written(source, start, (version) => scope.looksAt(name, version));
      const entries = count() - before;
      if (entries > 0 && scope.looksAt(name, count())) scope.entry(name, lookedAt(laidOut()));
      return { entries, end };
    },
    line(line) {
      if ('entry' in line) {
        if (!stream) return found('line', 'an entry of no stream');
        stream.entry(line.entry);
        if (scope.looksAt(stream.name, line.entry.version)) scope.entry(stream.name, lookedAt(line.entry));
        return;
      }
      if ('withheld' in line) {
        const { version, reason } = line.withheld;
        if (!stream) return found('line', 'an entry of no stream');
        if (!isNamed(reason)) found('withheld', `entry ${version} of ${stream.name}`);
        stream.withheld(line.withheld);
        return scope.withheld(stream.name, version);
      }
      endStream();
      if ('left' in line) return scope.left(line.left);
      scope.stream(line.stream.name);
      stream = checkStream(line.stream, isProven, found);
    },
  };
}
