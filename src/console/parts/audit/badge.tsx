/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallCheck, Verdict } from '../../../audit/verify/one-call.ts';
import { checkInWords } from '../../../audit/verify/one-call-words.ts';
import { Time } from '../time.tsx';
import { grouped } from './counted.ts';

/** A word, a shape and a colour for each: nobody has to tell two colours apart. */
const SHOWN: Readonly<Record<Verdict, { readonly word: string; readonly shape: string; readonly tone: string }>> = {
  whole: { word: 'Whole', shape: '✓', tone: 'done' },
  'partly-covered': { word: 'Whole so far', shape: '◔', tone: 'going-on' },
  uncovered: { word: 'Not covered yet', shape: '◔', tone: 'going-on' },
  unproven: { word: 'Not proven', shape: '▲', tone: 'needs-somebody' },
  altered: { word: 'Altered', shape: '✕', tone: 'failed' },
};

type BadgeProps = { readonly check: CallCheck; readonly zone: string };

/** Whether a call is what was recorded, which checkpoint says so, and the proof to take away. Checked when the page was made. */
export function Badge({ check, zone }: BadgeProps): VNode {
  const { verdict, checkpoint, callSessionId, coveredTo } = check;
  const { word, shape, tone } = SHOWN[verdict];
  const [first, ...more] = checkInWords(check);
  return (
    <section id="badge" class="badge" data-live aria-labelledby="badge-title">
      <h2 id="badge-title">Proof</h2>
      <p>
        <span class={`tone tone-${tone}`}>
          <span aria-hidden="true">{shape}</span> {word}
        </span>{' '}
        {first}
      </p>
      {more.length > 0 && (
        <ul class="problems">
          {more.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
      {checkpoint && (
        <p class="quiet">
          Newest checkpoint: {grouped(checkpoint.size)} heads of streams, <Time at={checkpoint.at} zone={zone} />.
        </p>
      )}
      <p>
        {coveredTo > 0 && (
          <a class="deed" href={`/console/calls/${callSessionId}/proof`} download data-turbo="false">
            Download its proof
          </a>
        )}{' '}
        <a class="deed" href={`/console/audit/exports/new?call=${callSessionId}`}>
          Export the call
        </a>{' '}
        <a class="deed" href={`/console/audit/looks?call=${callSessionId}`}>
          Who looked at it
        </a>
      </p>
    </section>
  );
}
