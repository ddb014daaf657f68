/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Step } from '../../audit/replay/steps.ts';
import { clockWords, Time } from './time.tsx';

const ZONE = 'UTC';

/** A call entry by entry. Played, it appears at the pace at which it happened. */
export function Story({ steps }: { readonly steps: readonly Step[] }): VNode | null {
  const [first] = steps;
  if (!first) return null;
  const startMs = Date.parse(first.at);
  return (
    <section class="story" aria-labelledby="story">
      <h2 id="story">What happened</h2>
      <p>
        From <Time at={first.at} zone={ZONE} /> on:
      </p>
      <div class="film" data-film hidden>
        <button type="button" data-play>
          Play
        </button>
        <label>
          As of <input type="range" min={1} max={steps.length} value={steps.length} data-as-of />
        </label>
        <output data-place>all of it</output>
      </div>
      <ol id="steps" data-live>
        {steps.map((step) => (
          <li key={step.version} data-step data-ms={Date.parse(step.at) - startMs} class={`step step-${step.kind}`}>
            <time class="when" dateTime={step.at}>
              {clockWords(step.at, ZONE)}
            </time>
            <span class="who">{step.who.words}</span>
            <span class="what">{step.what}</span>
            {step.spoken && (
              <blockquote lang={step.spoken.voice.slice(0, 5)}>
                <bdi>{step.spoken.text}</bdi>
              </blockquote>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
