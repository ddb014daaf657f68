/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { FoundCall, SearchPage } from '../../../audit/replay/api.ts';
import { DISPOSITIONS } from '../../../domain/call/disposition.ts';
import { DISPOSITION_WORDS } from '../../../domain/call/disposition-words.ts';
import { AuditFrame } from '../../parts/audit/audit-frame.tsx';
import { Field, Flaw } from '../../parts/audit/field.tsx';
import { CallCells } from '../../parts/calls-table.tsx';
import type { Visit } from '../../parts/frame.tsx';
import { Scroll } from '../../parts/scroll.tsx';

type SearchProps = {
  readonly visit: Visit;
  readonly asked: Readonly<Record<string, string>>;
  /** Why that is not searched for, in words. */
  readonly flaw: string | null;
  /** Null: nobody has asked yet. */
  readonly found: SearchPage | null;
  readonly next: string | null;
};

export function Search({ visit, asked, flaw, found, next }: SearchProps): VNode {
  return (
    <AuditFrame visit={visit} title="Search">
      <form class="filter" method="get" action="/console/audit">
        <Field name="memberId" words="Member" value={asked['memberId']} />
        <Field name="from" words="First day" value={asked['from']} type="date" />
        <Field name="to" words="Last day" value={asked['to']} type="date" />
        <Field
          name="staff"
          words="Staff"
          value={asked['staff']}
          hint="coordinator:anna, or anna; with a member or days"
        />
        <label>
          Outcome{' '}
          <select name="disposition">
            <option value="">any</option>
            {DISPOSITIONS.map((each) => (
              <option key={each} value={each} selected={each === asked['disposition']}>
                {DISPOSITION_WORDS[each].word}
              </option>
            ))}
          </select>
        </label>
        <Field name="connectionId" words="A call’s id" value={asked['connectionId']} />
        <button class="primary" type="submit">
          Search
        </button>
        {Object.keys(asked).length > 0 && <a href="/console/audit">Clear</a>}
      </form>
      <Flaw words={flaw} />
      {found ? (
        <Found found={found} zone={visit.zone} ofStaff={asked['staff'] !== undefined} />
      ) : (
        <p class="empty">Say what to search for: a member, days (UTC), staff, an outcome, or a call’s id.</p>
      )}
      {found && <p class="quiet">That this was searched for is recorded.</p>}
      {next !== null && (
        <p>
          <a href={next}>Older calls</a>
        </p>
      )}
    </AuditFrame>
  );
}

type FoundProps = { readonly found: SearchPage; readonly zone: string; readonly ofStaff: boolean };

function Found({ found: { calls, unreadable, looked, next }, zone, ofStaff }: FoundProps): VNode {
  return (
    <>
      {calls.length === 0 ? (
        <p class="empty">
          {next === null ? 'No call is like that.' : `None among ${looked} calls; older ones may be.`}
        </p>
      ) : (
        <Scroll label="Calls that were found">
          <table>
            <caption>Calls that were found, the newest first</caption>
            <thead>
              <tr>
                <th scope="col">Asked for</th>
                <th scope="col">Member</th>
                <th scope="col">Outcome</th>
                <th scope="col">Script</th>
                {ofStaff && <th scope="col">Staff</th>}
              </tr>
            </thead>
            <tbody>
              {calls.map((call) => (
                <Row key={call.callSessionId} call={call} zone={zone} ofStaff={ofStaff} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {unreadable.length > 0 && (
        <ul class="problems">
          {unreadable.map((id) => (
            <li key={id}>
              This call cannot be read, so it may be one of them: <a href={`/console/calls/${id}`}>{id}</a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

type RowProps = { readonly call: FoundCall; readonly zone: string; readonly ofStaff: boolean };

function Row({ call, zone, ofStaff }: RowProps): VNode {
  return (
    <tr>
      <CallCells call={call} zone={zone} />
      {ofStaff && (
        <td>
          <bdi>{call.staff.map(({ who, did }) => `${who.words} ${did}`).join(', ')}</bdi>
        </td>
      )}
    </tr>
  );
}
