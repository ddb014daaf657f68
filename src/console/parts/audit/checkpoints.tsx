/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Proofs } from '../../../audit/api.ts';
import { Scroll } from '../scroll.tsx';
import { Time } from '../time.tsx';
import { grouped } from './counted.ts';

type Status = ReturnType<Proofs['status']>;
type CheckpointsProps = { readonly status: Status | null; readonly trouble: string | null; readonly zone: string };

/** How checkpoints and witnesses stand, in words. */
export function Checkpoints({ status, trouble, zone }: CheckpointsProps): VNode {
  return (
    <section aria-labelledby="checkpoints-title">
      <h2 id="checkpoints-title">Checkpoints and witnesses</h2>
      <div id="checkpoints" data-live>
        {status ? (
          <Standing status={status} zone={zone} />
        ) : (
          <p class="problem">No checkpoints are made{trouble === null ? '' : `: ${trouble}`}.</p>
        )}
      </div>
      {status && (
        <div class="deeds">
          <form method="post" action="/console/audit/checkpoint">
            <button type="submit">Make a checkpoint now</button>
          </form>
          {status.newest && (
            <a href="/console/audit/checkpoint" download data-turbo="false">
              Download the newest, to be kept elsewhere
            </a>
          )}
        </div>
      )}
    </section>
  );
}

function Standing({ status, zone }: { readonly status: Status; readonly zone: string }): VNode {
  const { fork, trouble, newest, uncoveredMs, everyMs } = status;
  return (
    <>
      {fork !== null && (
        <p class="problem">
          <strong>Somebody knows another log than this one:</strong> {fork}. Nothing is signed until the tree is opened
          again (<code>callistra audit reopen</code>); calls go on.
        </p>
      )}
      {fork === null && trouble !== null && <p class="problem">No checkpoint can be made: {trouble}.</p>}
      <p>
        {newest ? (
          <>
            The newest covers {grouped(newest.size)} heads of streams, made <Time at={newest.at} zone={zone} />.
          </>
        ) : (
          'There is no checkpoint yet.'
        )}{' '}
        {uncoveredMs === 0
          ? 'All that this server has written is covered.'
          : `The oldest entry that is not covered is ${ageInWords(uncoveredMs)} old; one is made every ${ageInWords(everyMs)} while something moves.`}
      </p>
      <Witnesses of={status.witnesses} size={newest?.size ?? 0} />
    </>
  );
}

function Witnesses({ of, size }: { readonly of: Status['witnesses']; readonly size: number }): VNode {
  if (of.length === 0) {
    return (
      <p class="empty">
        No witness signs along (<code>CHECKPOINT_WITNESSES</code>): whoever has the key and the tree could write both
        anew, unless somebody keeps a checkpoint.
      </p>
    );
  }
  return (
    <Scroll label="Witnesses">
      <table class="answers">
        <caption>Witnesses</caption>
        <thead>
          <tr>
            <th scope="col">Witness</th>
            <th scope="col">Has signed</th>
          </tr>
        </thead>
        <tbody>
          {of.map(({ name, cosignedSize }) => (
            <tr key={name}>
              <td>
                <bdi>{name}</bdi>
              </td>
              <td>{signedWords(cosignedSize, size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function signedWords(cosigned: number | null, size: number): string {
  if (cosigned === null) return '– nothing since this server began';
  if (cosigned >= size) return '✓ the newest';
  return `◔ one of ${grouped(cosigned)} heads, ${grouped(size - cosigned)} fewer`;
}

function ageInWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds === 1) return '1 second';
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
