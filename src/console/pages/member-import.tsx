/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { Frame, type Visit } from '../parts/frame.tsx';
import { UploadForm } from '../parts/upload-form.tsx';

type MemberImportProps = {
  readonly visit: Visit;
  /** Why members cannot be changed here; null: they can. */
  readonly readOnly: string | null;
  /** Why a file was not looked at; null: none was sent. */
  readonly refusal: string | null;
};

/** Asks for a file of members. */
export function MemberImport({ visit, readOnly, refusal }: MemberImportProps): VNode {
  if (readOnly !== null) {
    return (
      <Frame visit={visit} title="Import members">
        <p class="note">Members cannot be imported here: {readOnly}.</p>
        <p>
          <a href="/console/members">All members</a>
        </p>
      </Frame>
    );
  }
  return (
    <Frame visit={visit} title="Import members">
      {refusal !== null && (
        <p class="note" role="alert">
          {refusal}
        </p>
      )}
      <UploadForm isFirst={true} />
      <h2>What the file looks like</h2>
      <pre class="sample">
        {'memberId,phoneNumber,name,timeZone\nM-2001,+12025550143,Ann Example,America/New_York\n'}
      </pre>
      <p>
        A CSV file of at most 2 MB, some 40,000 members; its first line names the columns, in any order. The first two
        are needed. A column that is not there leaves what is known of the members alone. Nobody is removed by an
        import.
      </p>
    </Frame>
  );
}
