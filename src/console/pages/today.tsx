/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { Fragment, type VNode } from 'preact';
import type { CallCount, CallSessionRow } from '../../../projections/ports.ts';
import type { AppHealth } from '../../app/api.ts';
import type { Day } from '../day.ts';
import { byOutcome, byTone, figureWords, sumOf } from '../figures.ts';
import { CallNow } from '../parts/call-now.tsx';
import { CallsTable } from '../parts/calls-table.tsx';
import { Figure, listOf, ToneMark, type Within } from '../parts/figure.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';
import { Fresh } from '../parts/fresh.tsx';
import { HoursChart, HoursTable } from '../parts/hours-chart.tsx';
import { Outcomes } from '../parts/outcomes.tsx';
import { Problems } from '../parts/problems.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Time } from '../parts/time.tsx';

/** Calls as a page shows the newest of them. */
type Newest = { readonly calls: readonly CallSessionRow[]; readonly hasOlder: boolean };

export type TodayProps = {
  readonly visit: Visit;
  readonly health: Pick<AppHealth, 'openCalls' | 'problems' | 'dialling'>;
  /** Null for who may see no calls. */
  readonly calls: {
    readonly needing: Newest & Within;
    readonly open: Newest;
    /** How many have come of both since the page was shown, and wait to be asked for. */
    readonly fresh: number;
    /** The call from which on new ones wait; null: none is shown, so the next one is. */
    readonly newest: string | null;
  } | null;
  /** How many calls nothing moves on by itself, for who can help them; null for the others. */
  readonly stuck: { readonly calls: number; readonly more: boolean } | null;
  readonly day: Day;
  readonly counts: readonly CallCount[];
  /** What has been asked for since somebody was here before; null: nobody knows when that was. */
  readonly since: (Within & { readonly counts: readonly CallCount[] }) | null;
  /** Made with the page: sent twice, it calls once. */
  readonly key: string;
};

export function Today(props: TodayProps): VNode {
  const { visit, calls, key } = props;
  return (
    <Frame visit={visit} title="Today">
      {visit.role === 'Coordinator' && <CallNow memberId={null} formKey={key} />}
      <Needed {...props} />
      {calls && <GoingOn {...calls} visit={visit} />}
      <TheDay {...props} />
      <Since {...props} />
    </Frame>
  );
}

function Needed({ visit, health, calls, stuck }: TodayProps): VNode {
  const needing = calls?.needing;
  const isQuiet = health.problems.length === 0 && !needing?.calls.length && !stuck?.calls;
  return (
    <section id="needed" data-live aria-labelledby="needed-words">
      <h2 id="needed-words">Needs somebody</h2>
      {isQuiet && <p class="empty">Nothing at the moment.</p>}
      {stuck !== null && stuck.calls > 0 && (
        <p>
          <a class="tone tone-needs-somebody" href="/console/operations#stuck">
            <span aria-hidden="true">▲</span> {stuckWords(stuck)}
          </a>
        </p>
      )}
      <Problems of={health.problems} />
      {needing && needing.calls.length > 0 && (
        <>
          <CallsTable
            caption="Calls of the last seven days that ask something of somebody"
            calls={needing.calls}
            zone={visit.zone}
          />
          {needing.hasOlder && (
            <p>
              <a href={listOf({ tone: 'needs-somebody' }, needing)}>All of them</a>
            </p>
          )}
        </>
      )}
    </section>
  );
}

function stuckWords({ calls, more }: { readonly calls: number; readonly more: boolean }): string {
  if (more) return `More than ${calls} calls are stuck`;
  return calls === 1 ? 'One call is stuck' : `${calls} calls are stuck`;
}

type GoingOnProps = Omit<NonNullable<TodayProps['calls']>, 'needing'> & { readonly visit: Visit };

function GoingOn({ open, fresh, newest, visit }: GoingOnProps): VNode {
  return (
    <section id="calls" data-live data-newest={newest ?? undefined} aria-labelledby="calls-words">
      <h2 id="calls-words">Going on now</h2>
      <Fresh calls={fresh} />
      {open.calls.length > 0 ? (
        <CallsTable
          caption={open.hasOlder ? 'The newest calls that go on' : 'Calls that go on'}
          calls={open.calls}
          zone={visit.zone}
        />
      ) : (
        <p class="empty">
          Nobody is being called at the moment.{visit.role === 'Coordinator' && ' Say above who shall be.'}
        </p>
      )}
    </section>
  );
}

function TheDay({ visit, health, calls, day, counts }: TodayProps): VNode {
  const isLinked = calls !== null;
  const all = sumOf(counts);
  return (
    <>
      <section id="day" data-live aria-labelledby="day-words">
        <h2 id="day-words">
          {day.words} <span class="quiet">in {visit.zone}</span>
        </h2>
        <p>
          {all === 0 ? 'No call was asked for yet. ' : <DayWords all={all} day={day} isLinked={isLinked} />}
          {health.openCalls > 0 && `${health.openCalls} open, ${health.dialling.waiting} waiting.`}
        </p>
        {all > 0 && (
          <div class="day-figures">
            <Outcomes caption="What became of them" outcomes={byOutcome(counts)} within={day} isLinked={isLinked} />
            <HoursChart day={day} counts={counts} />
          </div>
        )}
      </section>
      {all > 0 && (
        // Outside of what is live: what somebody has opened stays open.
        <details>
          <summary>The hours as a table</summary>
          <Scroll liveId="hours" label="The hours as a table">
            <HoursTable day={day} counts={counts} isLinked={isLinked} />
          </Scroll>
        </details>
      )}
    </>
  );
}

function DayWords({ all, day, isLinked }: { all: number; day: Day; isLinked: boolean }): VNode {
  const words = all === 1 ? 'One call was asked for' : `${figureWords(all)} calls were asked for`;
  return <>{isLinked ? <a href={listOf(null, day)}>{words}</a> : words}. </>;
}

function Since({ visit, calls, since }: TodayProps): VNode {
  return (
    <section id="since" data-live aria-labelledby="since-words">
      <h2 id="since-words">Since you were last here</h2>
      {since === null && <p class="empty">When you come back, it stands here what is new.</p>}
      {since !== null && since.counts.length === 0 && (
        <p class="empty">
          No call was asked for since <Time at={since.from} zone={visit.zone} />.
        </p>
      )}
      {since !== null && since.counts.length > 0 && (
        <>
          <p>
            Calls asked for from <Time at={since.from} zone={visit.zone} /> on, the hour in which you were:
          </p>
          <dl class="facts">
            {byTone(since.counts).map(({ tone, calls: many }) => (
              <Fragment key={tone}>
                <dt>
                  <ToneMark tone={tone} />
                </dt>
                <dd>
                  <Figure calls={many} of={{ tone }} within={since} isLinked={calls !== null} />
                </dd>
              </Fragment>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}
