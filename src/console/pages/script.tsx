/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { PublishedScript } from '../../domain/questionnaire/published.ts';
import { type Questionnaire, stepsInOrder } from '../../domain/questionnaire/questionnaire.ts';
import { languageOf, nameOfVoice, secondsToSpeak } from '../../domain/questionnaire/speaking.ts';
import { Findings } from '../parts/findings.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';
import { InForce } from '../parts/in-force.tsx';
import { ScriptStep } from '../parts/script-step.tsx';
import { Time } from '../parts/time.tsx';

type ScriptProps = { readonly visit: Visit; readonly script: PublishedScript };

export function Script({ visit, script: { hash, isInForce, publishedAt, questionnaire } }: ScriptProps): VNode {
  const language = languageOf(questionnaire.voice);
  return (
    <Frame visit={visit} title="Script">
      <p class="outcome">
        <strong>
          <bdi>{questionnaire.id}</bdi>, version {questionnaire.version}
        </strong>{' '}
        <InForce is={isInForce} />
      </p>
      <p>
        <a class="button" href={`/console/scripts/${hash}/try`}>
          Try it
        </a>{' '}
        Nobody is called for it.
      </p>
      <dl class="facts">
        <dt>Published first</dt>
        <dd>
          <Time at={publishedAt} zone={visit.zone} />
        </dd>
        <dt>Hash</dt>
        <dd>
          <code>{hash}</code>
        </dd>
        <dt>Voice</dt>
        <dd>
          <bdi>{nameOfVoice(questionnaire.voice)}</bdi> ({language === 'und' ? 'its language is not known' : language})
        </dd>
        <dt>Silence</dt>
        <dd>{questionnaire.silenceSeconds} s without a key after a prompt</dd>
        <dt>Wrong keys</dt>
        <dd>{repeats(questionnaire)}</dd>
        <dt>To speak</dt>
        <dd>about {allSeconds(questionnaire, language)} s for all that it asks, each prompt once</dd>
      </dl>
      <Findings of={questionnaire} />
      <section aria-labelledby="steps">
        <h2 id="steps">What it says</h2>
        <ol class="script-steps">
          {stepsInOrder(questionnaire).map(([name, step]) => (
            <ScriptStep key={name} name={name} step={step} language={language} />
          ))}
        </ol>
        <p class="quiet">
          Seconds are an estimate: by the number of characters, at the pace of the voice (Azure AI Speech’s list of
          voices) and of reading aloud in each language (IReST, 2012).
        </p>
      </section>
    </Frame>
  );
}

function repeats({ repeatsAfterWrongKey: times }: Questionnaire): string {
  if (times === 0) return 'the first one counts as silence';
  return `asked again ${times === 1 ? 'once' : `${times} times`}, then it counts as silence`;
}

function allSeconds({ steps }: Questionnaire, language: string): number {
  const asked = Object.values(steps).filter(({ kind }) => kind === 'ask');
  return Math.round(asked.reduce((sum, { text }) => sum + secondsToSpeak(text, language), 0));
}
