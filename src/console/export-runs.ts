import { createBoundedMap } from '../base/bounded-map.ts';

/** How far a file has come that leaves through this process. */
export type ExportRun = {
  readonly state: 'leaving' | 'whole' | 'broken-off';
  readonly parts: number;
  readonly calls: number;
  readonly bytes: number;
};

/** The files that this process has given out since it began, for whoever wants to see how far they are; the log has the rest. */
export type ExportRuns = {
  of(exportId: string): ExportRun | null;
  /** Passes the parts on, and tells how far it is; whatever ends it early leaves it broken off. */
  watched(exportId: string, parts: AsyncIterable<Buffer>, callsSoFar: () => number): AsyncGenerator<Buffer>;
};

const RUNS_MAX = 200;

export function createExportRuns(): ExportRuns {
  const runs = createBoundedMap<ExportRun>(RUNS_MAX);
  return {
    of: (exportId) => runs.get(exportId) ?? null,
    async *watched(exportId, parts, callsSoFar) {
      let run: ExportRun = { state: 'leaving', parts: 0, calls: 0, bytes: 0 };
      const tell = (told: Partial<ExportRun>): void => {
        run = { ...run, ...told };
        runs.set(exportId, run);
      };
      tell({});
      try {
        for await (const part of parts) {
          tell({ parts: run.parts + 1, bytes: run.bytes + part.length, calls: callsSoFar() });
          yield part;
        }
        tell({ state: 'whole' });
      } finally {
        if (run.state === 'leaving') tell({ state: 'broken-off' });
      }
    },
  };
}
