/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Proofs } from '../../../audit/api.ts';
import type { Finding } from '../../../audit/verify/findings.ts';
import type { LastVerification } from '../../../audit/verify/results.ts';
import type { Verification } from '../../../audit/verify/verify.ts';
import { findingInWords } from '../../../audit/verify/words.ts';
import { isCallStream } from '../../../domain/streams.ts';
import { AuditFrame } from '../../parts/audit/audit-frame.tsx';
import { Checkpoints } from '../../parts/audit/checkpoints.tsx';
import { counted } from '../../parts/audit/counted.ts';
import type { Visit } from '../../parts/frame.tsx';
import { Time } from '../../parts/time.tsx';

type VerifyProps = {
  readonly visit: Visit;
  readonly underWay: Pick<Verification, 'streams' | 'entries' | 'findingCount' | 'share'> | null;
  readonly last: LastVerification | null;
  /** Null: none are made, and `trouble` says why. */
  readonly checkpoints: ReturnType<Proofs['status']> | null;
  readonly trouble: string | null;
};

export function Verify({ visit, underWay, last, checkpoints, trouble }: VerifyProps): VNode {
  return (
    <AuditFrame visit={visit} title="Verify">
      <section aria-labelledby="whole">
        <h2 id="whole">The whole log</h2>
        <form method="post" action="/console/audit/verify" data-sets-going>
          <button class="primary" type="submit">
            Verify now
          </button>
        </form>
        <div id="progress" data-live>
          <Progress underWay={underWay} last={last} zone={visit.zone} />
        </div>
        {underWay === null && last !== null && <Findings last={last} />}
      </section>
      <Checkpoints status={checkpoints} trouble={trouble} zone={visit.zone} />
    </AuditFrame>
  );
}

type ProgressProps = Pick<VerifyProps, 'underWay' | 'last'> & { readonly zone: string };

function Progress({ underWay, last, zone }: ProgressProps): VNode {
  if (underWay) return <UnderWay of={underWay} />;
  if (!last) {
    return <p class="empty">Nothing has been verified yet. Each night what is new is, and on Sundays everything.</p>;
  }
  const { at, actor, scope, streams, entries, findings, findingCount, noteCount } = last;
  const isClean = findingCount === 0;
  return (
    <>
      <p>
        <span class={`tone tone-${isClean ? 'done' : 'failed'}`}>
          <span aria-hidden="true">{isClean ? '✓' : '✕'}</span>{' '}
          {isClean ? 'Nothing was altered' : `${counted(findingCount, 'finding')}`}
        </span>{' '}
        in {scope === 'all' ? 'everything that is stored' : 'what is at most two days old'}:{' '}
        {counted(streams, 'stream')} with {counted(entries, 'entry', 'entries')}. {noteWords(noteCount)}
      </p>
      <p class="quiet">
        <Time at={at} zone={zone} />, asked for by <bdi>{actor}</bdi>.
      </p>
      {findings.length < Math.min(findingCount, 1) && (
        <p>
          <a href="/console/audit/verify">Show what was found</a>
        </p>
      )}
    </>
  );
}

function UnderWay({
  of: { streams, entries, findingCount, share },
}: {
  readonly of: NonNullable<VerifyProps['underWay']>;
}) {
  return (
    <div data-busy>
      <p>
        <span class="tone tone-going-on">
          <span aria-hidden="true">◔</span> Verifying
        </span>{' '}
        {counted(streams, 'stream')} with {counted(entries, 'entry', 'entries')} so far,{' '}
        {findingCount === 0 ? 'nothing found' : counted(findingCount, 'finding')}.
      </p>
      {share === null ? null : (
        <meter aria-label="How much of the log was checked" min={0} max={1} value={share}>
          {Math.round(100 * share)} %
        </meter>
      )}
      <p class="quiet">It goes on in the server, also when this page is left. Without a script: load the page again.</p>
    </div>
  );
}

function Findings({ last: { findings, findingCount, restsOn } }: { readonly last: LastVerification }): VNode {
  return (
    <>
      {findings.length > 0 && (
        <ul class="problems">
          {findings.map((finding) => (
            <li key={JSON.stringify(finding)}>
              <bdi>{findingInWords(finding)}</bdi> <CallLink of={finding} />
            </li>
          ))}
        </ul>
      )}
      {findingCount > findings.length && (
        <p>
          And {findingCount - findings.length} more: <code>callistra audit verify</code> names them all.
        </p>
      )}
      {restsOn && <p class="quiet">{restsOnWords(restsOn)}</p>}
    </>
  );
}

function CallLink({ of: { stream } }: { readonly of: Finding }): VNode | null {
  return isCallStream(stream) ? <a href={`/console/calls/${stream}`}>Show the call</a> : null;
}

function restsOnWords({ key, known, cosignedBy, witnesses }: NonNullable<LastVerification['restsOn']>): string {
  const own =
    key === 'given'
      ? 'It rests on a key that somebody brought along'
      : 'It rests on this server’s own key, so it convinces its owner only: an auditor verifies with the key from elsewhere';
  const kept = known > 0 ? `, on ${counted(known, 'kept checkpoint')}` : '';
  return `${own}${kept}${witnesses > 0 ? `, and on ${cosignedBy.length} of ${counted(witnesses, 'witness', 'witnesses')}` : ''}.`;
}

function noteWords(count: number): string {
  if (count === 0) return '';
  return `${counted(count, 'note')} of what an honest history may show and nobody can prove.`;
}
