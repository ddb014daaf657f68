/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { ExportScope, RecordedExport } from '../../../audit/export/entries.ts';
import { counted } from './counted.ts';

/** Of what an export is. */
export function ExportScopeWords({ scope }: { readonly scope: ExportScope }): VNode {
  switch (scope.is) {
    case 'call':
      return (
        <span>
          call {scope.callSessionId.slice(0, 4)}…{scope.callSessionId.slice(-6)}
        </span>
      );
    case 'member':
      return (
        <span>
          member <bdi>{scope.memberId}</bdi>
        </span>
      );
    case 'period':
      return (
        <span>
          calls from {timeOf(scope.from)} to {timeOf(scope.to)}
        </span>
      );
  }
}

/** `2026-03-02`, or with its time where that is not midnight; UTC. */
function timeOf(at: string): string {
  return at.endsWith('T00:00:00.000Z') ? at.slice(0, 10) : `${at.slice(0, 16)}Z`;
}

/** Whether it came to its end. */
export function ExportStanding({ end }: Pick<RecordedExport, 'end'>): VNode {
  if (!end) {
    return (
      <span class="tone tone-needs-somebody">
        <span aria-hidden="true">▲</span> Not whole
      </span>
    );
  }
  const lacking = end.withheld + end.left;
  return (
    <span>
      <span class="tone tone-done">
        <span aria-hidden="true">✓</span> Whole
      </span>{' '}
      {counted(end.calls, 'call')}, {counted(end.entries, 'entry', 'entries')}
      {lacking > 0 && `, ${end.withheld} withheld, ${end.left} left out`}
    </span>
  );
}
