/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { AskStep, Step } from '../../domain/questionnaire/questionnaire.ts';
import { secondsToSpeak } from '../../domain/questionnaire/speaking.ts';
import { Scroll } from './scroll.tsx';

type ScriptStepProps = { readonly name: string; readonly step: Step; readonly language: string };

/** A prompt as it is spoken, who may hear it, and where each key leads. */
export function ScriptStep({ name, step, language }: ScriptStepProps): VNode {
  const seconds = Math.max(1, Math.round(secondsToSpeak(step.text, language)));
  return (
    <li id={`step-${name}`} class="script-step">
      <h3>
        {step.kind === 'ask' && step.question !== undefined && `Question ${step.question}: `}
        <bdi>{name}</bdi>
      </h3>
      <p class="quiet">
        {step.audience === 'anyone' ? 'For anyone, so also a mailbox' : 'For a person who has proven to be there'}
        {`, about ${seconds} s.`}
        {step.kind === 'say' && ' Then it hangs up.'}
      </p>
      <blockquote lang={language}>
        <bdi>{step.text}</bdi>
      </blockquote>
      {step.kind === 'ask' && <Choices name={name} step={step} />}
    </li>
  );
}

function Choices({ name, step }: { readonly name: string; readonly step: AskStep }): VNode {
  return (
    <Scroll label={`Keys of ${name}`}>
      <table class="answers">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Means</th>
            <th scope="col">Leads to</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(step.keys).map(([key, choice]) => (
            <tr key={key}>
              <td>
                <kbd>{key}</kbd>
              </td>
              <td>
                <bdi>{choice?.value}</bdi>
                {choice?.proves && ' (proves a person)'}
              </td>
              <td>
                <Leads to={choice?.next ?? ''} />
              </td>
            </tr>
          ))}
          <tr>
            <td>none</td>
            <td>silence, or too many wrong keys</td>
            <td>
              <Leads to={step.silence} />
            </td>
          </tr>
        </tbody>
      </table>
    </Scroll>
  );
}

function Leads({ to }: { readonly to: string }): VNode {
  return (
    <a href={`#step-${encodeURIComponent(to)}`}>
      <bdi>{to}</bdi>
    </a>
  );
}
