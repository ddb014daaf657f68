/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { PURPOSES } from '../../../audit/access/look.ts';
import { AuditFrame } from '../../parts/audit/audit-frame.tsx';
import { counted } from '../../parts/audit/counted.ts';
import { Field, Flaw } from '../../parts/audit/field.tsx';
import { PURPOSE_WORDS } from '../../parts/audit/purposes.ts';
import type { Visit } from '../../parts/frame.tsx';

/** Calls that would be in it; `more`: at least. */
export type RowCount = { readonly calls: number; readonly more: boolean };

type ExportFormProps = {
  readonly visit: Visit;
  readonly scope: Readonly<Record<string, string>>;
  /** What was typed before. */
  readonly given: Readonly<Record<string, string>>;
  readonly flaw: string | null;
  readonly count: RowCount;
};

export function ExportForm({ visit, scope, given, flaw, count }: ExportFormProps): VNode {
  return (
    <AuditFrame visit={visit} title="New export">
      <p>
        Of <ScopeAsked scope={scope} />:{' '}
        <strong>
          {count.more ? 'more than ' : ''}
          {counted(count.calls, 'call')}
        </strong>
        , with all entries and numbers. <a href="/console/audit/exports">Of something else</a>
      </p>
      <Flaw words={flaw} />
      <form class="stacked" method="post" action="/console/audit/exports/new">
        {Object.entries(scope).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Field name="name" words="Who is given it" value={given['name']} required maxLength={200} />
        <Field name="address" words="Their address" value={given['address']} maxLength={300} hint="if it is known" />
        <label>
          What for{' '}
          <select class="field" name="purpose" required>
            <option value="">choose</option>
            {PURPOSES.map((each) => (
              <option key={each} value={each} selected={each === given['purpose']}>
                {PURPOSE_WORDS[each]} ({each})
              </option>
            ))}
          </select>
        </label>
        <Field name="reason" words="Why" value={given['reason']} maxLength={500} hint="such as: subpoena 12" />
        <details open={given['withhold'] !== undefined}>
          <summary>Withhold single entries</summary>
          <label htmlFor="withhold">
            One a line: what, and why. What is withheld leaves a gap that says so, and the rest still proves itself.
          </label>
          <textarea
            id="withhold"
            class="field"
            name="withhold"
            rows={3}
            spellcheck={false}
            aria-describedby="withhold-hint"
          >
            {given['withhold'] ?? ''}
          </textarea>
          <small id="withhold-hint" class="quiet">
            such as: <code>InitiateCall=shows a number</code>, or one entry by its stream and version:{' '}
            <code>{'{call}/3=names a relative'}</code>
          </small>
        </details>
        <button class="primary begin" type="submit">
          Make the export
        </button>
      </form>
      <p class="quiet">
        A checkpoint is made first, and that this was asked for is put down with recipient and purpose. What counts as a
        disclosure is told to the member on request.
      </p>
    </AuditFrame>
  );
}

function ScopeAsked({ scope }: Pick<ExportFormProps, 'scope'>): VNode {
  const { call, member, from, to } = scope;
  if (call !== undefined) return <span>call {call}</span>;
  if (member !== undefined) {
    return (
      <span>
        member <bdi>{member}</bdi>
      </span>
    );
  }
  return (
    <span>
      calls begun {from === undefined ? '' : `from ${from} `}
      {to === undefined ? 'up to now' : `to ${to}, that day with it`}
    </span>
  );
}
