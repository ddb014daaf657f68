/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { RecordedExport } from '../../../audit/export/entries.ts';
import type { ExportRun } from '../../export-runs.ts';
import { AuditFrame } from '../../parts/audit/audit-frame.tsx';
import { counted } from '../../parts/audit/counted.ts';
import { ExportScopeWords, ExportStanding } from '../../parts/audit/export-words.tsx';
import { purposeInWords } from '../../parts/audit/purposes.ts';
import type { Visit } from '../../parts/frame.tsx';
import { Time } from '../../parts/time.tsx';

type ExportProps = {
  readonly visit: Visit;
  readonly recorded: RecordedExport;
  /** How far a file is that leaves through this server; null: none has since it began. */
  readonly run: ExportRun | null;
};

export function Export({ visit, recorded, run }: ExportProps): VNode {
  const { begin, at, actor, end } = recorded;
  const { exportId, recipient, purpose, reason, withhold } = begin;
  return (
    <AuditFrame visit={visit} title="Export">
      <dl class="facts">
        <dt>Of what</dt>
        <dd>
          <ExportScopeWords scope={begin.scope} />
        </dd>
        <dt>To whom</dt>
        <dd>
          <bdi>{[recipient.name, recipient.address].filter((part) => part !== undefined).join(', ')}</bdi>
        </dd>
        <dt>What for</dt>
        <dd>
          {purposeInWords(purpose)}
          {reason !== undefined && (
            <>
              : <bdi>{reason}</bdi>
            </>
          )}
        </dd>
        <dt>Begun</dt>
        <dd>
          <Time at={at} zone={visit.zone} /> by <bdi>{actor}</bdi>
        </dd>
        {withhold.length > 0 && <dt>Withheld</dt>}
        {withhold.length > 0 && <dd>{withhold.length} kinds of entries stay here, each with a reason</dd>}
        <dt>Id</dt>
        <dd>
          <code>{exportId}</code>
        </dd>
      </dl>
      <form method="post" action={`/console/audit/exports/${exportId}/file`} data-turbo="false" data-sets-going>
        <button class="primary" type="submit">
          Download the file
        </button>
      </form>
      <State run={run} end={end} />
      <p>
        Whoever is given it checks it with <code>callistra audit verify --export FILE --key KEY</code>, KEY being the
        log’s verifier key, which should reach them by another way than the file.
      </p>
    </AuditFrame>
  );
}

/** What is live of it, and nothing else: how far it is, of nobody. */
export function ExportRunPage({ visit, recorded: { end }, run }: ExportProps): VNode {
  return (
    <AuditFrame visit={visit} title="Export">
      <State run={run} end={end} />
    </AuditFrame>
  );
}

function State({ run, end }: { readonly run: ExportRun | null; readonly end: RecordedExport['end'] }): VNode {
  const isLeaving = run?.state === 'leaving';
  return (
    <section id="state" data-live data-busy={isLeaving ? '' : undefined} aria-label="How it stands">
      {run && <Run run={run} />}
      <p>
        <ExportStanding end={end} />
        {end ? null : isLeaving ? ' yet.' : '. Nothing, or a part of it, has left: take the file, from its beginning.'}
      </p>
      {end && (
        <p class="quiet">
          The same bytes each time: a download that broke off is taken again. The digest that its last line bears is{' '}
          <code class="long">{end.digest}</code>.
        </p>
      )}
    </section>
  );
}

const RUN_WORDS: Readonly<Record<ExportRun['state'], string>> = {
  leaving: '◔ The file leaves',
  whole: '✓ The file has left, all of it',
  'broken-off': '▲ The file was broken off',
};

function Run({ run: { state, parts, calls, bytes } }: { readonly run: ExportRun }): VNode {
  return (
    <p role="status">
      {RUN_WORDS[state]}: {counted(parts, 'part')}, {counted(calls, 'call')}, {sizeOf(bytes)}.
      {state === 'broken-off' &&
        ' What has arrived can be gone on with by callistra audit export --resume, or taken anew.'}
    </p>
  );
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
