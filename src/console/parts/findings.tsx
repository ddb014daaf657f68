/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { adviseOn } from '../../domain/questionnaire/advice.ts';
import { lintQuestionnaire } from '../../domain/questionnaire/lint.ts';
import type { Questionnaire } from '../../domain/questionnaire/questionnaire.ts';

/** What is looked at in every script. */
const LOOKED_AT = [
  'No path reaches a prompt for a person before a key has proven that one is there.',
  'Prompts for anyone, whom also a mailbox may hear, hold no word about care.',
  'Every key leads somewhere, every path ends, and every step is reached.',
  'The keys that are offered are named in the text, and no others.',
  'No prompt is longer than people listen, and nobody is hurried.',
];

/** What forbids a script's use, and what should be looked at again. */
export function Findings({ of: questionnaire }: { readonly of: Questionnaire }): VNode {
  const forbidding = lintQuestionnaire(questionnaire);
  const advice = adviseOn(questionnaire);
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">What was found in it</h2>
      {forbidding.length + advice.length === 0 ? (
        <p>
          <span class="tone tone-done">
            <span aria-hidden="true">✓</span> Nothing to find
          </span>
        </p>
      ) : (
        <ul class="findings">
          {forbidding.map(({ code, step, message }) => (
            <Finding key={`${code}${step}${message}`} tone="failed" shape="✕" of={{ code, step, message }} />
          ))}
          {advice.map(({ code, step, message }) => (
            <Finding key={`${code}${step}${message}`} tone="needs-somebody" shape="▲" of={{ code, step, message }} />
          ))}
        </ul>
      )}
      <details>
        <summary>What is looked at</summary>
        <ul>
          {LOOKED_AT.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}

type FindingProps = {
  readonly tone: string;
  readonly shape: string;
  readonly of: { readonly code: string; readonly step: string; readonly message: string };
};

function Finding({ tone, shape, of: { code, step, message } }: FindingProps): VNode {
  return (
    <li>
      <span class={`tone tone-${tone}`}>
        <span aria-hidden="true">{shape}</span> {tone === 'failed' ? 'Forbids its use' : 'Look again'}
      </span>{' '}
      <a href={`#step-${encodeURIComponent(step)}`}>
        <bdi>{step}</bdi>
      </a>
      : <bdi>{message}</bdi> <small>({code})</small>
    </li>
  );
}
