/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { AppHealth } from '../../app/api.ts';
import type { About } from '../deps.ts';
import { spanWords } from './dialling.tsx';
import { Time } from './time.tsx';

type PartsProps = { readonly health: AppHealth; readonly about: About | undefined; readonly zone: string };

/** The log, the read models, checkpoints, Event Grid, and which versions run. */
export function StateOfParts({ health, about, zone }: PartsProps): VNode {
  const { log, room, checkpoints, eventGrid } = health;
  return (
    <section aria-labelledby="parts">
      <h2 id="parts">Parts</h2>
      <dl class="facts">
        <dt>Log</dt>
        <dd>
          {log.trouble === null ? 'takes entries' : `takes none: ${log.trouble}`}
          {log.failures > 0 && `; ${log.failures} writes were not taken since the start`}
          {room.freeBytes !== null && `; ${gigabytes(room.freeBytes)} free on its disk`}
        </dd>
        <dt>Read models</dt>
        <dd>{health.projectionLagMs < 1_000 ? 'up to date' : `${spanWords(health.projectionLagMs)} behind the log`}</dd>
        <dt>Checkpoints</dt>
        <dd>
          {checkpoints.uncoveredMs === 0
            ? 'cover every entry'
            : `the oldest entry that none covers is ${spanWords(checkpoints.uncoveredMs)} old`}
          {`; ${checkpoints.treeSize} leaves in the tree`}
        </dd>
        <dt>Witnesses</dt>
        <dd>{witnesses(checkpoints)}</dd>
        <dt>Verified</dt>
        <dd>
          {checkpoints.verified ? (
            <>
              <Time at={checkpoints.verified.at} zone={zone} />, {checkpoints.verified.findings} findings
            </>
          ) : (
            'not lately'
          )}
        </dd>
        <dt>Event Grid</dt>
        <dd>
          {about?.takesEventGrid === false && 'not set up; '}
          {eventGrid.newestAt === null ? (
            'nothing delivered here since the start'
          ) : (
            <>
              {eventGrid.events} events delivered here since the start, the newest{' '}
              <Time at={eventGrid.newestAt} zone={zone} />
            </>
          )}
        </dd>
        {about && <Versions about={about} />}
      </dl>
    </section>
  );
}

function Versions({ about }: { readonly about: About }): VNode {
  return (
    <>
      <dt>Release</dt>
      <dd>{about.release}</dd>
      <dt>Node</dt>
      <dd>{about.node}</dd>
      <dt>Log kept in</dt>
      <dd>{about.log}</dd>
      <dt>Rows kept in</dt>
      <dd>{about.readModels}</dd>
    </>
  );
}

function witnesses({ witnesses: all, treeSize }: AppHealth['checkpoints']): string {
  if (all.length === 0) return 'none are asked';
  return all
    .map(
      ({ name, cosignedSize }) => `${name}: ${cosignedSize === null ? 'none yet' : `${cosignedSize} of ${treeSize}`}`,
    )
    .join(', ');
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
