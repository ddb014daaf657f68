/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import type { OutcomeFigure } from '../figures.ts';
import { Figure, OutcomeMark, type Within } from './figure.tsx';
import { Scroll } from './scroll.tsx';

const BAR_WIDTH = 200;
const BAR_HEIGHT = 12;

type OutcomesProps = {
  readonly caption: string;
  readonly outcomes: readonly OutcomeFigure[];
  readonly within: Within;
  readonly isLinked: boolean;
};

/** What became of calls: a table with a bar in each row, so that it is its own chart. */
export function Outcomes({ caption, outcomes, within, isLinked }: OutcomesProps): VNode {
  const length = scaleLinear()
    .domain([0, Math.max(1, ...outcomes.map(({ calls }) => calls))])
    .range([0, BAR_WIDTH]);
  return (
    <Scroll label={caption}>
      <table class="outcomes">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Outcome</th>
            <th scope="col" class="number">
              Calls
            </th>
            <td class="bars" />
          </tr>
        </thead>
        <tbody>
          {outcomes.map(({ disposition, tone, calls }) => (
            <tr key={disposition ?? 'open'}>
              <th scope="row">
                <OutcomeMark disposition={disposition} />
              </th>
              <td class="number">
                <Figure calls={calls} of={{ disposition }} within={within} isLinked={isLinked} />
              </td>
              <td class="bars">
                <svg
                  viewBox={`0 0 ${BAR_WIDTH} ${BAR_HEIGHT}`}
                  width={BAR_WIDTH}
                  height={BAR_HEIGHT}
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  <rect class={`bar bar-${tone}`} width={Math.max(1, length(calls))} height={BAR_HEIGHT} />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
