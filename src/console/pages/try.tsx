/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Deed, Rehearsal, RehearsalStep } from '../../domain/call/rehearsal.ts';
import type { PublishedScript } from '../../domain/questionnaire/published.ts';
import { languageOf } from '../../domain/questionnaire/speaking.ts';
import { Frame, type Visit } from '../parts/frame.tsx';
import { Keypad } from '../parts/keypad.tsx';
import { Outcome, outcomeSentence } from '../parts/tone.tsx';

type TryProps = {
  readonly visit: Visit;
  readonly script: PublishedScript;
  readonly deeds: readonly Deed[];
  readonly rehearsal: Rehearsal;
};

/** A script gone through on a telephone, without a call. What was pressed stands in the address, and nowhere else. */
export function Try({ visit, script, deeds, rehearsal }: TryProps): VNode {
  const { hash, questionnaire } = script;
  const path = `/console/scripts/${hash}/try`;
  const did = deeds.join(',');
  const { awaits } = rehearsal;
  return (
    <Frame visit={visit} title="Try a script">
      <p>
        <a href={`/console/scripts/${hash}`}>
          <bdi>{questionnaire.id}</bdi>, version {questionnaire.version}
        </a>
        . Nobody is called, and nothing of this is kept. What is spoken follows the rules that calls follow.
      </p>
      <p class="try-settings" data-try-settings hidden>
        <label>
          <input type="checkbox" name="aloud" checked /> Spoken aloud, where this machine has a voice
        </label>
        <label>
          <input type="checkbox" name="seconds" checked /> The {questionnaire.silenceSeconds} seconds of silence run
          down
        </label>
      </p>
      <p class="try-left" data-left hidden />
      <section
        class="phone try-line"
        id="try"
        data-try={path}
        data-did={did}
        data-silence={awaits?.silenceSeconds ?? 0}
        aria-label="Telephone"
      >
        <div>
          <p class={`phone-state ${awaits ? 'phone-connected' : ''}`} tabIndex={-1}>
            {awaits ? 'On the line' : 'The call is over'}
          </p>
          {awaits ? <Deeds path={path} did={did} seconds={awaits.silenceSeconds} /> : <Ended rehearsal={rehearsal} />}
          {deeds.length > 0 && (
            <p>
              <a class="deed" href={`${path}?${new URLSearchParams({ did: deeds.slice(0, -1).join(',') })}`}>
                One step back
              </a>{' '}
              <a class="deed" href={path}>
                From the beginning
              </a>
            </p>
          )}
        </div>
        <ol class="heard" aria-live="polite">
          {rehearsal.steps.map((step, index) => (
            <li key={`${index}${step.kind}`} data-heard={step.kind === 'spoken' ? 'said' : step.kind}>
              <span class="quiet">{clock(step.atSeconds)}</span>{' '}
              <span>
                <Heard step={step} language={languageOf(questionnaire.voice)} />
              </span>
            </li>
          ))}
        </ol>
      </section>
    </Frame>
  );
}

type DeedsProps = { readonly path: string; readonly did: string; readonly seconds: number };

function Deeds({ path, did, seconds }: DeedsProps): VNode {
  const deed = (what: Deed, words: string) => (
    <form method="get" action={path}>
      <input type="hidden" name="did" value={did} />
      <button type="submit" name="next" value={what} data-deed={what}>
        {words}
      </button>
    </form>
  );
  return (
    <>
      <Keypad action={path} method="get" hidden={{ name: 'did', value: did }} name="next" />
      <div class="phone-deeds">
        {deed('silence', `Say nothing for ${seconds} s`)}
        {deed('hang-up', 'Hang up')}
      </div>
    </>
  );
}

function Ended({ rehearsal: { status, disposition, answers, steps } }: { readonly rehearsal: Rehearsal }): VNode {
  return (
    <>
      <p>
        <Outcome status={status} disposition={disposition} /> {outcomeSentence({ status, disposition })}
      </p>
      {answers.length === 0 ? (
        <p class="empty">No question was answered.</p>
      ) : (
        <table class="answers">
          <caption>Answers that a call would keep</caption>
          <thead>
            <tr>
              <th scope="col">Question</th>
              <th scope="col">Answer</th>
            </tr>
          </thead>
          <tbody>
            {answers.map(({ question, response }) => (
              <tr key={question}>
                <td>{question}</td>
                <td>
                  <bdi>{response === 'timeout' ? 'none in time' : response}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p>A call like this takes about {Math.round(steps.at(-1)?.atSeconds ?? 0)} s.</p>
    </>
  );
}

function Heard({ step, language }: { readonly step: RehearsalStep; readonly language: string }): VNode {
  switch (step.kind) {
    case 'spoken':
      return (
        <>
          {step.because === 'wrong-key' && 'Once more: '}
          <q lang={language} data-seconds={step.seconds.toFixed(1)}>
            <bdi>{step.text}</bdi>
          </q>
        </>
      );
    case 'pressed':
      return (
        <>
          You press {step.key}
          {step.value === null ? ': it is not offered.' : ': '}
          {step.value !== null && <bdi>{step.value}</bdi>}
        </>
      );
    case 'silence':
      return <>You say nothing for {step.seconds} s.</>;
    case 'ended':
      return <>{step.by === 'member' ? 'You hang up.' : 'It hangs up.'}</>;
  }
}

/** `0:09` since the call was answered. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
