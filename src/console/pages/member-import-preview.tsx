/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { MembersImport } from '../../members/import.ts';
import { Frame, type Visit } from '../parts/frame.tsx';
import { RowProblems } from '../parts/row-problems.tsx';
import { UploadForm } from '../parts/upload-form.tsx';

export type ImportFile = {
  /** As the browser calls it. */
  readonly name: string;
  readonly bytes: Buffer;
  /** Two letters; '': none. */
  readonly country: string;
};

type PreviewProps = {
  readonly visit: Visit;
  readonly file: ImportFile;
  readonly sha256: string;
  readonly done: MembersImport;
  /** Why it was not imported, when it was to be; null: that was not asked for. */
  readonly refusal: string | null;
};

/** What a file would do, what of it cannot be imported and why; and the form that does it. */
export function MemberImportPreview({ visit, file, sha256, done, refusal }: PreviewProps): VNode {
  const { counts, badRecords, problems, groups, isRefused } = done;
  return (
    <Frame visit={visit} title="Import members">
      {refusal !== null && (
        <p class="note" role="alert">
          {refusal}
        </p>
      )}
      <p>
        <strong>
          <bdi>{file.name}</bdi>
        </strong>{' '}
        {isRefused ? 'has nothing that can be imported.' : 'was looked at. Nothing is changed yet.'}
      </p>
      {counts && (
        <dl class="facts counts">
          <dt>New</dt>
          <dd>{counts.new}</dd>
          <dt>Changed</dt>
          <dd>{counts.changed}</dd>
          <dt>As before</dt>
          <dd>{counts.unchanged}</dd>
          <dt>Bad rows</dt>
          <dd>{badRecords}</dd>
        </dl>
      )}
      {!isRefused && <ConfirmForm file={file} sha256={sha256} badRecords={badRecords} imported={done.imported} />}
      <RowProblems problems={problems} groups={groups} />
      <h2>{isRefused ? 'Choose another file' : 'Or choose another file'}</h2>
      <UploadForm isFirst={isRefused} />
      <p>
        <a href="/console/members">Import nothing</a>
      </p>
    </Frame>
  );
}

type ConfirmProps = Pick<PreviewProps, 'file' | 'sha256'> & { readonly badRecords: number; readonly imported: number };

/** Sends the very bytes that were looked at. */
function ConfirmForm({ file, sha256, badRecords, imported }: ConfirmProps): VNode {
  const rows = badRecords === 1 ? 'the bad row' : `the ${badRecords} bad rows`;
  return (
    <form class="confirm" method="post" action="/console/members/import/confirm">
      <input type="hidden" name="name" value={file.name} />
      <input type="hidden" name="file" value={file.bytes.toString('base64url')} />
      <input type="hidden" name="sha256" value={sha256} />
      <input type="hidden" name="country" value={file.country} />
      {badRecords > 0 && (
        <p>
          <label>
            <input type="checkbox" name="skipBad" value="yes" required /> Skip {rows}
          </label>
        </p>
      )}
      <button class="primary" type="submit">
        Import {imported} {imported === 1 ? 'member' : 'members'}
      </button>
    </form>
  );
}
