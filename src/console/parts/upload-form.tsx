/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** Sent by the browser itself: what it shows has no address. @param isFirst whether it is what the page is for */
export function UploadForm({ isFirst }: { readonly isFirst: boolean }): VNode {
  return (
    <form
      class="upload"
      method="post"
      action="/console/members/import"
      encType="multipart/form-data"
      data-turbo="false"
    >
      <p>
        <label>
          File <input type="file" name="file" accept=".csv,text/csv,text/plain" required />
        </label>
      </p>
      <p>
        <label>
          Country of numbers without a plus sign{' '}
          <input name="country" maxLength={2} size={3} pattern="[A-Za-z]{2}" placeholder="US" autoComplete="off" />
        </label>{' '}
        <span class="hint">Two letters; leave it empty if all have one.</span>
      </p>
      <p>
        <button class={isFirst ? 'primary' : undefined} type="submit">
          See what it would do
        </button>{' '}
        <span class="hint">Nothing is changed yet.</span>
      </p>
    </form>
  );
}
