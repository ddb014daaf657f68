/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CsvProblem, ProblemGroup } from '../../members/problems.ts';
import { Scroll } from './scroll.tsx';

type RowProblemsProps = {
  /** The first of them. */
  readonly problems: readonly CsvProblem[];
  /** All of them, by kind. */
  readonly groups: readonly ProblemGroup[];
};

/** What is wrong with rows of a file, and what only looks wrong. Never what stands there. */
export function RowProblems({ problems, groups }: RowProblemsProps): VNode {
  const shown = (isWarning: boolean) => problems.filter((each) => each.isWarning === isWarning);
  const all = (isWarning: boolean) =>
    groups.filter((each) => each.isWarning === isWarning).reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <Rows title="Rows that cannot be imported" problems={shown(false)} count={all(false)} />
      <Rows title="Imported, but look at these" problems={shown(true)} count={all(true)} />
    </>
  );
}

/** The column stands beside it. */
function wordsOf({ message, column }: CsvProblem): string {
  return column && message.startsWith(`${column} `) ? message.slice(column.length + 1) : message;
}

type RowsProps = { readonly title: string; readonly problems: readonly CsvProblem[]; readonly count: number };

function Rows({ title, problems, count }: RowsProps): VNode | null {
  if (count === 0) return null;
  return (
    <Scroll label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Column</th>
            <th scope="col">What is wrong</th>
          </tr>
        </thead>
        <tbody>
          {problems.map((each) => (
            <tr key={`${each.line} ${each.message}`}>
              <td>{each.line}</td>
              <td>{each.column ?? 'the whole row'}</td>
              <td class="long">
                {wordsOf(each)}
                {each.otherLine !== undefined && ` (line ${each.otherLine})`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > problems.length && <p>And {count - problems.length} more: mend these first, and look again.</p>}
    </Scroll>
  );
}
