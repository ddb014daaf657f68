/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { AccessRecord } from '../../../../projections/access.ts';
import { AuditFrame } from '../../parts/audit/audit-frame.tsx';
import { Field, Flaw } from '../../parts/audit/field.tsx';
import { actionInWords, purposeInWords } from '../../parts/audit/purposes.ts';
import type { Visit } from '../../parts/frame.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { Time } from '../../parts/time.tsx';

type NameOf = (name: string) => string | null;

type LooksProps = {
  readonly visit: Visit;
  readonly asked: Readonly<Record<string, string>>;
  readonly flaw: string | null;
  /** Null: it could not be asked for. */
  readonly looks: readonly AccessRecord[] | null;
  readonly next: string | null;
  /** What people call somebody whom the log knows by an id. */
  readonly nameOf: NameOf;
};

export function Looks({ visit, asked, flaw, looks, next, nameOf }: LooksProps): VNode {
  return (
    <AuditFrame visit={visit} title="Who looked">
      <form class="filter" method="get" action="/console/audit/looks">
        <Field name="member" words="Member" value={asked['member']} />
        <Field name="actor" words="Person" value={asked['actor']} hint="anna, or in one role: compliance:anna" />
        <Field name="call" words="Call" value={asked['call']} />
        <Field name="from" words="First day" value={asked['from']} type="date" />
        <Field name="to" words="Last day" value={asked['to']} type="date" />
        <button class="primary" type="submit">
          Show
        </button>
        {Object.keys(asked).length > 0 && <a href="/console/audit/looks">Show all</a>}
      </form>
      <Flaw words={flaw} />
      {asked['member'] !== undefined && (
        <p>
          <a href={`/console/audit/members/${encodeURIComponent(asked['member'])}/disclosures`}>
            Whom this member’s data was told outside
          </a>
        </p>
      )}
      {looks && looks.length === 0 && (
        <p class="empty">
          {Object.keys(asked).length > 0 ? 'Nobody has looked like that.' : 'Nobody has looked at anything yet.'}
        </p>
      )}
      {looks && looks.length > 0 && <Table looks={looks} zone={visit.zone} nameOf={nameOf} />}
      {next !== null && (
        <p>
          <a href={next}>Older looks</a>
        </p>
      )}
      <p class="quiet">
        Keys, applications and whoever sits at this machine are no persons: who used them the log cannot say. That you
        looked here is recorded, too.
      </p>
    </AuditFrame>
  );
}

type TableProps = { readonly looks: readonly AccessRecord[]; readonly zone: string; readonly nameOf: NameOf };

function Table({ looks, zone, nameOf }: TableProps): VNode {
  return (
    <Scroll label="Looks">
      <table>
        <caption>Looks and refusals, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">Looked at</th>
            <th scope="col">Members</th>
            <th scope="col">Calls</th>
            <th scope="col">For</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {looks.map((look) => (
            <tr key={look.recordId}>
              <td>
                <Time at={look.at} zone={zone} />
              </td>
              <td>
                <bdi>{nameOf(look.name) ?? look.actor}</bdi> <span class="quiet">{look.kind}</span>
              </td>
              <td>{look.refused === null ? actionInWords(look.action) : `${look.refused} turned away`}</td>
              <td class="wrap">
                <Several of={look.members} href={(id) => `/console/members/${encodeURIComponent(id)}`} />
              </td>
              <td class="wrap">
                <Several of={look.calls} href={(id) => `/console/calls/${encodeURIComponent(id)}`} />
              </td>
              <td class="told">
                {purposeInWords(look.purpose)}
                {look.reason === null ? '' : ': '}
                <bdi>{look.reason}</bdi>
              </td>
              <td>
                <bdi>{look.address}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const NAMED = 3;

/** The first few; a list of fifty calls is no cell of a table. */
function Several({ of, href }: { readonly of: readonly string[]; readonly href: (id: string) => string }): VNode {
  const more = of.length - NAMED;
  return (
    <>
      {of.slice(0, NAMED).map((id) => (
        <span key={id} class="id">
          <a href={href(id)}>
            <bdi title={id}>{shortened(id)}</bdi>
          </a>{' '}
        </span>
      ))}
      {more > 0 && <span class="quiet">and {more} more</span>}
    </>
  );
}

/** Ids of calls begin alike, and end each in its own way. */
function shortened(id: string): string {
  const signs = [...id];
  return signs.length > 16 ? `${signs.slice(0, 4).join('')}…${signs.slice(-6).join('')}` : id;
}
