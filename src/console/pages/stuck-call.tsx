/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { StuckCall as StuckCallData } from '../../domain/call/stuck-call.ts';
import { Frame, type Visit } from '../parts/frame.tsx';
import { OperationsLinks } from '../parts/operations-links.tsx';
import { atWords, WHY } from '../parts/stuck-table.tsx';
import { Time } from '../parts/time.tsx';

type StuckCallProps = {
  readonly visit: Visit;
  readonly call: StuckCallData;
  readonly done: string | null;
  /** Made with the page: sent twice, it helps once. One for each form. */
  readonly keys: { readonly check: string; readonly close: string };
};

/** A call that nothing moves on by itself, and what can be done about it. Nothing of its member. */
export function StuckCall({ visit, call, done, keys }: StuckCallProps): VNode {
  const path = `/console/operations/stuck/${encodeURIComponent(call.callSessionId)}`;
  return (
    <Frame visit={visit} title="Stuck call">
      <OperationsLinks path={visit.path} />
      {done !== null && (
        <p class="note" role="status">
          {done}
        </p>
      )}
      <dl class="facts">
        <dt>Call</dt>
        <dd>
          <bdi>{call.callSessionId}</bdi>
        </dd>
        <dt>Why</dt>
        <dd>
          <span class="tone tone-needs-somebody">
            <span aria-hidden="true">▲</span> {WHY[call.why]}
          </span>
        </dd>
        <dt>It is at</dt>
        <dd>{atWords(call)}</dd>
        <dt>Since</dt>
        <dd>{call.since === null ? 'not known' : <Time at={call.since} zone={visit.zone} />}</dd>
        <dt>What to do</dt>
        <dd>
          <bdi>{call.next}</bdi>
        </dd>
      </dl>
      <Help
        path={`${path}/check`}
        title="Check"
        words={
          call.why === 'parked'
            ? 'It is tried again: what set it aside may be over.'
            : 'The provider is asked about it now, and the call goes on by the answer. Nobody is dialled.'
        }
        key_={keys.check}
        refused={call.canCheck ? null : 'There is nobody to ask: the provider has named no connection of it.'}
      />
      <Help
        path={`${path}/close`}
        title="Close"
        words="It ends as unknown, and its member may be called anew. A connection that still stands is hung up."
        key_={keys.close}
        refused={call.canClose ? null : 'It is not overdue: somebody may be talking, and it ends by itself.'}
      />
    </Frame>
  );
}

type HelpProps = {
  readonly path: string;
  readonly title: string;
  readonly words: string;
  readonly key_: string;
  /** Why it cannot be done; null: it can. */
  readonly refused: string | null;
};

function Help({ path, title, words, key_, refused }: HelpProps): VNode {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <p>{words}</p>
      {refused !== null ? (
        <p class="empty">{refused}</p>
      ) : (
        <form class="filter" method="post" action={path}>
          <input type="hidden" name="key" value={key_} />
          <label>
            Reason, which stays in the log <input name="reason" required maxLength={500} autoComplete="off" />
          </label>
          <button type="submit">{title} the call</button>
        </form>
      )}
    </section>
  );
}
