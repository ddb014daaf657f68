/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallResponseRow, CallRows } from '../../../projections/ports.ts';
import { MemberTime } from './member-time.tsx';
import { Scroll } from './scroll.tsx';
import { Outcome } from './tone.tsx';

type MemberCallsProps = {
  readonly calls: readonly CallRows[];
  /** The member's zone. */
  readonly zone: string | undefined;
  readonly mine: string;
};

/** What came of the calls to one member, with the answers. */
export function MemberCalls({ calls, zone, mine }: MemberCallsProps): VNode {
  return (
    <Scroll label="Calls to this member">
      <table>
        <caption>Calls to this member, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Asked for</th>
            <th scope="col">Outcome</th>
            <th scope="col">Answers</th>
            <th scope="col">Script</th>
          </tr>
        </thead>
        <tbody>
          {calls.map(({ session, responses }) => (
            <tr key={session.callSessionId}>
              <td>
                <MemberTime
                  at={session.createdAt}
                  zone={zone}
                  mine={mine}
                  href={`/console/calls/${session.callSessionId}`}
                />
              </td>
              <td>
                <Outcome status={session.status} disposition={session.disposition} />
              </td>
              <td>{responses.length === 0 ? 'none' : responses.map(answerWords).join(', ')}</td>
              <td>
                <bdi>{session.questionnaire}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function answerWords({ questionNumber, response }: CallResponseRow): string {
  return `${questionNumber}: ${response === 'timeout' ? 'none in time' : response}`;
}
