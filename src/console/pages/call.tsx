/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallStanding } from '../../app/api.ts';
import type { Replay } from '../../audit/replay/api.ts';
import { Frame, type Visit } from '../parts/frame.tsx';
import { Problems } from '../parts/problems.tsx';
import { Story } from '../parts/story.tsx';
import { Time } from '../parts/time.tsx';
import { Outcome, outcomeSentence } from '../parts/tone.tsx';

type CallProps = { readonly visit: Visit; readonly call: CallStanding; readonly replay: Replay };

export function Call({ visit, call, replay }: CallProps): VNode {
  const { session } = call;
  const mayCancel = visit.role === 'Coordinator' && session.disposition === null;
  return (
    <Frame visit={visit} title="Call">
      <section id="outcome" data-live aria-label="What came of it">
        <p class="outcome">
          <Outcome status={session.status} disposition={session.disposition} /> {outcomeSentence(session)}
        </p>
        <dl class="facts">
          <dt>Member</dt>
          <dd>
            <a href={`/console/members/${encodeURIComponent(session.memberId)}`}>
              <bdi>{session.memberId}</bdi>
            </a>
            {replay.phoneNumber !== null && ` on ${replay.phoneNumber}`}
          </dd>
          <dt>Asked for</dt>
          <dd>
            <Time at={session.createdAt} />
          </dd>
          <dt>Script</dt>
          <dd>{session.questionnaire}</dd>
        </dl>
        <Answers call={call} />
        {call.simulated && <p class="note">A simulator placed this call: nobody was called.</p>}
      </section>
      {mayCancel && (
        <form method="post" action={`/console/calls/${session.callSessionId}/cancel`}>
          <button type="submit">Cancel the call</button>
        </form>
      )}
      <Story steps={replay.steps} />
      <Problems of={replay.flaws} />
    </Frame>
  );
}

function Answers({ call: { responses, session } }: { readonly call: CallStanding }): VNode {
  if (responses.length === 0) {
    return <p class="empty">{session.disposition === null ? 'No answer yet.' : 'No question was answered.'}</p>;
  }
  return (
    <section class="scroll" aria-label="Answers">
      <table class="answers">
        <caption>Answers</caption>
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">Answer</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {responses.map(({ questionNumber, response, recordedAt }) => (
            <tr key={questionNumber}>
              <td>{questionNumber}</td>
              <td>{response === 'timeout' ? 'none in time' : response}</td>
              <td>
                <Time at={recordedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
