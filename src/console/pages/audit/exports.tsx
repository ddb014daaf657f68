/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { RecordedExport } from '../../../audit/export/entries.ts';
import { AuditFrame } from '../../parts/audit/audit-frame.tsx';
import { ExportScopeWords, ExportStanding } from '../../parts/audit/export-words.tsx';
import { Field, Flaw } from '../../parts/audit/field.tsx';
import { purposeInWords } from '../../parts/audit/purposes.ts';
import type { Visit } from '../../parts/frame.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { Time } from '../../parts/time.tsx';

type ExportsProps = {
  readonly visit: Visit;
  readonly asked: Readonly<Record<string, string>>;
  readonly flaw: string | null;
  readonly exports: readonly RecordedExport[];
};

export function Exports({ visit, asked, flaw, exports }: ExportsProps): VNode {
  return (
    <AuditFrame visit={visit} title="Exports">
      <section aria-labelledby="new">
        <h2 id="new">Give something away</h2>
        <p>
          A file with all entries and their proofs. Whoever has it, and the log’s verifier key, checks it alone. First
          of what; how many calls that is you see before anything is made.
        </p>
        <div class="ways">
          <OfWhat words="One member">
            <Field name="member" words="Member" required maxLength={64} />
          </OfWhat>
          <OfWhat words="One call">
            <Field name="call" words="Call" required maxLength={64} />
          </OfWhat>
          <OfWhat words="Calls begun on these days (UTC)">
            <Field name="from" words="First day" type="date" required />
            <Field name="to" words="Last day" type="date" required />
          </OfWhat>
        </div>
      </section>
      <section aria-labelledby="given">
        <h2 id="given">What was given away</h2>
        <form class="filter" method="get" action="/console/audit/exports">
          <Field
            name="until"
            words="Within the month up to"
            value={asked['until']}
            type="date"
            hint="today, if empty"
          />
          <button type="submit">Show</button>
        </form>
        <Flaw words={flaw} />
        {exports.length > 0 ? (
          <Table exports={exports} zone={visit.zone} />
        ) : (
          flaw === null && <p class="empty">Nothing was exported within these days.</p>
        )}
      </section>
    </AuditFrame>
  );
}

function OfWhat({ words, children }: { readonly words: string; readonly children: VNode | readonly VNode[] }): VNode {
  return (
    <form method="get" action="/console/audit/exports/new" aria-label={words}>
      <fieldset class="choice">
        <legend>{words}</legend>
        {children}
        <button type="submit">Go on</button>
      </fieldset>
    </form>
  );
}

function Table({ exports, zone }: { readonly exports: readonly RecordedExport[]; readonly zone: string }): VNode {
  return (
    <Scroll label="Exports">
      <table>
        <caption>Exports, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Begun</th>
            <th scope="col">Of what</th>
            <th scope="col">To whom</th>
            <th scope="col">What for</th>
            <th scope="col">By</th>
            <th scope="col">How it stands</th>
          </tr>
        </thead>
        <tbody>
          {exports.map((each) => (
            <tr key={each.begin.exportId}>
              <td>
                <a href={`/console/audit/exports/${each.begin.exportId}`}>
                  <Time at={each.at} zone={zone} />
                </a>
              </td>
              <td>
                <ExportScopeWords scope={each.begin.scope} />
              </td>
              <td>
                <bdi>{each.begin.recipient.name}</bdi>
              </td>
              <td>{purposeInWords(each.begin.purpose)}</td>
              <td>
                <bdi>{each.actor}</bdi>
              </td>
              <td>
                <ExportStanding end={each.end} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
