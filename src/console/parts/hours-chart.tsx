/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { scaleBand, scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import type { CallCount } from '../../../projections/ports.ts';
import type { Day, DayHour } from '../day.ts';
import { byTone, figureWords, sumOf, TONES } from '../figures.ts';
import { Figure, ToneMark } from './figure.tsx';
import { Scroll } from './scroll.tsx';

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 8;
/** Of so many hours one is named. */
const NAMED_EVERY = 3;

type HoursProps = { readonly day: Day; readonly counts: readonly CallCount[] };

/** The calls of a day, a bar an hour. What it shows stands in the table behind it as well. */
export function HoursChart({ day, counts }: HoursProps): VNode {
  const hours = day.hours.map((hour) => ({ hour, calls: sumOf(ofHour(counts, hour)) }));
  const most = Math.max(1, ...hours.map(({ calls }) => calls));
  const x = scaleBand<string>()
    .domain(day.hours.map(({ at }) => at))
    .range([LEFT, WIDTH])
    .padding(0.2);
  const y = scaleLinear()
    .domain([0, most])
    .nice(4)
    .range([HEIGHT - BOTTOM, TOP]);
  const busiest = hours.reduce((best, each) => (each.calls > best.calls ? each : best));
  const label = `Calls by hour: ${sumOf(counts)} in all, ${busiest.calls} in the hour from ${busiest.hour.clock}, the most`;
  return (
    <Scroll label="Calls by hour">
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {y
          .ticks(4)
          .filter(Number.isInteger)
          .map((tick) => (
            <g key={tick} class="chart-line">
              <line x1={LEFT} x2={WIDTH} y1={y(tick)} y2={y(tick)} />
              <text x={LEFT - 8} y={y(tick)} dy="0.32em" text-anchor="end">
                {figureWords(tick)}
              </text>
            </g>
          ))}
        {day.hours.map((hour, index) => (
          <g key={hour.at}>
            <Bar counts={ofHour(counts, hour)} x={x(hour.at)!} width={x.bandwidth()} y={y} />
            {index % NAMED_EVERY === 0 && (
              <text x={x(hour.at)! + x.bandwidth() / 2} y={HEIGHT - 6} text-anchor="middle">
                {hour.clock}
              </text>
            )}
          </g>
        ))}
      </svg>
    </Scroll>
  );
}

type BarProps = {
  readonly counts: readonly CallCount[];
  readonly x: number;
  readonly width: number;
  readonly y: (calls: number) => number;
};

/** One tone upon the other, with a gap between: nobody has to tell two colours apart where they meet. */
function Bar({ counts, x, width, y }: BarProps): VNode {
  let below = 0;
  const parts = byTone(counts).map(({ tone, calls }) => {
    const top = y(below + calls);
    const height = Math.max(0, y(below) - top - 1);
    below += calls;
    return calls > 0 && <rect key={tone} class={`bar bar-${tone}`} x={x} y={top} width={width} height={height} />;
  });
  return <>{parts}</>;
}

/** The same in figures, each with the way to its calls. */
export function HoursTable({ day, counts, isLinked }: HoursProps & { readonly isLinked: boolean }): VNode {
  const hours = day.hours.filter((hour) => sumOf(ofHour(counts, hour)) > 0);
  return (
    <table>
      <caption>Calls by the hour in which they were asked for; hours without a call are left out</caption>
      <thead>
        <tr>
          <th scope="col">Hour</th>
          <th scope="col" class="number">
            All
          </th>
          {TONES.map((tone) => (
            <th key={tone} scope="col" class="number">
              <ToneMark tone={tone} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {hours.map((hour) => (
          <HourRow key={hour.at} hour={hour} counts={ofHour(counts, hour)} isLinked={isLinked} />
        ))}
      </tbody>
    </table>
  );
}

type HourRowProps = {
  readonly hour: DayHour;
  readonly counts: readonly CallCount[];
  readonly isLinked: boolean;
};

const HOUR_MS = 3_600_000;

function HourRow({ hour, counts, isLinked }: HourRowProps): VNode {
  const within = { from: hour.at, to: new Date(Date.parse(hour.at) + HOUR_MS).toISOString() };
  return (
    <tr>
      <th scope="row">
        <time dateTime={hour.at}>{hour.clock}</time>
      </th>
      <td class="number">
        <Figure calls={sumOf(counts)} of={null} within={within} isLinked={isLinked} />
      </td>
      {byTone(counts).map(({ tone, calls }) => (
        <td key={tone} class="number">
          <Figure calls={calls} of={{ tone }} within={within} isLinked={isLinked} />
        </td>
      ))}
    </tr>
  );
}

function ofHour(counts: readonly CallCount[], { at }: DayHour): readonly CallCount[] {
  return counts.filter(({ hour }) => hour === at);
}
