/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** For whoever is turned away before anything of the request is read: not even who it is. */
export function Busy(): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Not at the moment · Callistra</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </head>
      <body>
        <main>
          <h1>Not at the moment</h1>
          <p>
            The server has too much to do, or is being restarted. Nothing was done. Load the page again in a moment;
            what you typed is still there if you go back.
          </p>
        </main>
      </body>
    </html>
  );
}
