/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { AppHealth } from '../../app/api.ts';
import type { StuckCalls } from '../../domain/call/stuck-call.ts';
import type { About } from '../deps.ts';
import { Dialling } from '../parts/dialling.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';
import { NEXT_STEPS } from '../parts/next-steps.ts';
import { OperationsLinks } from '../parts/operations-links.tsx';
import { StateOfParts } from '../parts/state-of-parts.tsx';
import { StuckTable } from '../parts/stuck-table.tsx';

type OperationsProps = {
  readonly visit: Visit;
  readonly health: AppHealth;
  readonly stuck: StuckCalls;
  readonly about: About | undefined;
  /** What a form has just done, in words; null: none has. */
  readonly done: string | null;
};

/** How the service fares, and what is stuck in it. */
export function Operations({ visit, health, stuck, about, done }: OperationsProps): VNode {
  return (
    <Frame visit={visit} title="Operations">
      <OperationsLinks path={visit.path} />
      {done !== null && (
        <p class="note" role="status">
          {done}
        </p>
      )}
      <div id="operations" data-live>
        <ToDo health={health} />
        <section aria-labelledby="stuck">
          <h2 id="stuck">Stuck calls</h2>
          <StuckTable stuck={stuck} zone={visit.zone} />
        </section>
        <div class="columns">
          <section aria-labelledby="now">
            <h2 id="now">Calls now</h2>
            <dl class="facts">
              <dt>Open</dt>
              <dd>{health.openCalls}</dd>
              <dt>Being sent</dt>
              <dd>
                {health.dispatching === 0 ? 'nothing' : `${health.dispatching} waiting for the provider’s answer`}
              </dd>
              <dt>Quarantine</dt>
              <dd>
                <a href="/console/operations/quarantine">
                  {health.quarantined === 0 ? 'nothing waits' : `${health.quarantined} waiting`}
                </a>
              </dd>
            </dl>
          </section>
          <Dialling of={health.dialling} />
          <StateOfParts health={health} about={about} zone={visit.zone} />
        </div>
      </div>
    </Frame>
  );
}

function ToDo({ health: { ready, codedProblems } }: { readonly health: AppHealth }): VNode {
  return (
    <section aria-labelledby="problems">
      <h2 id="problems">What is the matter</h2>
      {!ready && (
        <p>
          <span class="tone tone-failed">
            <span aria-hidden="true">✕</span> This instance takes no work
          </span>
        </p>
      )}
      {codedProblems.length === 0 ? (
        <p>
          <span class="tone tone-done">
            <span aria-hidden="true">✓</span> Nothing
          </span>
        </p>
      ) : (
        <ul class="problems">
          {codedProblems.map(({ code, words }) => (
            <li key={`${code}${words}`}>
              <strong>
                <bdi>{sentence(words)}</bdi>
              </strong>{' '}
              {NEXT_STEPS[code].words} <Where href={NEXT_STEPS[code].href} /> <small>({code})</small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Where({ href }: { readonly href: string | undefined }): VNode | null {
  return href === undefined ? null : <a href={href}>See it</a>;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
