/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

const WORDS: Readonly<Record<string, string>> = {
  'foreign-form':
    'Nothing was changed: this did not come from a page of this console, as far as the browser says. Open the console by its own address and do it there.',
  host: 'The console answers only to its own address, which PUBLIC_BASE_URL says.',
};

const HERE =
  'Without API keys the console is for whoever sits at this machine, by its own address, and not through a proxy or from a page of another site.';

/** For whoever is not let in: it tells nothing of what is behind it. */
export function Refused({ why = '' }: { readonly why?: string } = {}): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Not for you · Callistra</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </head>
      <body>
        <main>
          <h1>This page is not for you</h1>
          <p>{WORDS[why] ?? HERE}</p>
        </main>
      </body>
    </html>
  );
}
