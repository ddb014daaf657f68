/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** For whoever is not let in: it tells nothing of what is behind it. */
export function Refused(): VNode {
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
          <p>
            Without API keys the console is for whoever sits at this machine, by its own address, and not through a
            proxy or from a page of another site.
          </p>
        </main>
      </body>
    </html>
  );
}
