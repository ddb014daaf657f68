/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Stood } from './as-of.ts';
import { Scroll } from './scroll.tsx';
import { Time } from './time.tsx';

type AnswersProps = { readonly of: Pick<Stood, 'answers' | 'disposition'>; readonly zone: string };

/** What was answered, question by question. */
export function Answers({ of: { answers, disposition }, zone }: AnswersProps): VNode {
  if (answers.length === 0) {
    return <p class="empty">{disposition === null ? 'No answer yet.' : 'No question was answered.'}</p>;
  }
  return (
    <Scroll label="Answers">
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
          {answers.map(({ questionNumber, response, recordedAt }) => (
            <tr key={questionNumber}>
              <td>{questionNumber}</td>
              <td>
                <bdi>{responseWords(response)}</bdi>
              </td>
              <td>
                <Time at={recordedAt} zone={zone} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function responseWords(response: string): string {
  return response === 'timeout' ? 'none in time' : response;
}
