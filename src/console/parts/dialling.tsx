/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { AppHealth } from '../../app/api.ts';

/** How many places are taken, how fast is dialled, and what holds it up. */
export function Dialling({ of: dialling }: { readonly of: AppHealth['dialling'] }): VNode {
  const { waiting, active, limit, most, callsPerSecond, throttled, paused } = dialling;
  return (
    <section aria-labelledby="dialling">
      <h2 id="dialling">Dialling</h2>
      <p>
        {paused === null ? (
          <span class="tone tone-done">
            <span aria-hidden="true">✓</span> Calls are dialled
          </span>
        ) : (
          <span class="tone tone-needs-somebody">
            <span aria-hidden="true">▲</span> Paused
          </span>
        )}
        {paused !== null && `: ${paused}${resumes(dialling)}.`}
      </p>
      <dl class="facts">
        <dt id="places">Places</dt>
        <dd>
          <meter aria-labelledby="places" min={0} max={Math.max(limit, 1)} value={Math.min(active, limit)} /> {active}{' '}
          of {limit} taken
          {limit < most && `; the settings allow ${most}, and the provider took no more`}
        </dd>
        <dt>Waiting</dt>
        <dd>{waiting === 0 ? 'no call waits for its turn' : `${waiting} wait for their turn`}</dd>
        <dt>Pace</dt>
        <dd>{callsPerSecond} a second at most</dd>
        <dt>Refused (429)</dt>
        <dd>{throttled === 0 ? 'none since the start' : `${throttled} since the start: too much at once`}</dd>
      </dl>
    </section>
  );
}

function resumes({ resumesInMs }: AppHealth['dialling']): string {
  return resumesInMs === null ? '' : `; tried again in ${spanWords(resumesInMs)}`;
}

/** `40 s`, `12 min`, `3 h`: a span as people say it. @param ms not negative */
export function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
