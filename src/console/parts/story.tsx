/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Step } from '../../audit/replay/steps.ts';
import { responseWords } from './answers.tsx';
import { Film } from './film.tsx';
import { type FilmTime, filmTimes } from './film-times.ts';
import { Outcome } from './tone.tsx';

type StoryProps = {
  readonly steps: readonly Step[];
  /** Of the page; what it is shown as of stands behind it. */
  readonly path: string;
  /** An IANA name. */
  readonly zone: string;
};

/** A call entry by entry. Played, it appears at the pace at which it happened. */
export function Story({ steps, path, zone }: StoryProps): VNode | null {
  if (steps.length === 0) return null;
  const times = filmTimes(
    steps.map(({ at }) => at),
    zone,
  );
  return (
    <section class="story" aria-labelledby="story">
      <h2 id="story">What happened</h2>
      <Film count={steps.length} path={path} />
      <ol id="steps" data-live>
        {steps.map((step, index) => (
          <Entry key={step.version} step={step} time={times[index]!} path={path} />
        ))}
      </ol>
    </section>
  );
}

type EntryProps = { readonly step: Step; readonly time: FilmTime; readonly path: string };

function Entry({ step, time, path }: EntryProps): VNode {
  return (
    <li data-step={step.version} data-gap={time.gapMs} class={`step step-${step.kind}`}>
      <a class="when" href={`${path}?asOf=${step.version}`} aria-label={`${time.words}: the call as of then`}>
        <time dateTime={step.at}>{time.words}</time>
      </a>
      <span class="who">
        <bdi>{step.who.words}</bdi>
      </span>
      <span class="what">
        <bdi>{step.what}</bdi>
        {time.isSetBack && <em> (by a clock that was set back, or is slow)</em>}
      </span>
      {step.spoken && (
        <blockquote lang={step.spoken.voice.slice(0, 5)}>
          <bdi>{step.spoken.text}</bdi>
        </blockquote>
      )}
      <StoodThen state={step.state} />
    </li>
  );
}

/** For the film, which shows it beside the slider: nothing has to be fetched while it runs. */
function StoodThen({ state }: Pick<Step, 'state'>): VNode {
  return (
    <p data-stood hidden>
      {state ? (
        <>
          <Outcome status={state.status} disposition={state.disposition} /> The call {state.positionWords}.{' '}
          {state.answers.length === 0 ? 'No answer so far.' : <AnswersThen of={state.answers} />}
        </>
      ) : (
        'How the call stood then cannot be read.'
      )}
    </p>
  );
}

function AnswersThen({ of }: { readonly of: NonNullable<Step['state']>['answers'] }): VNode {
  return (
    <>
      Answers:{' '}
      {of.map(({ question, response }, index) => (
        <span key={question}>
          {index > 0 && ', '}
          {question} <bdi>{responseWords(response)}</bdi>
        </span>
      ))}
      .
    </>
  );
}
