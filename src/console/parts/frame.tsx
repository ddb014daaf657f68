/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren, VNode } from 'preact';
import type { Role } from '../../identity/staff.ts';

/** What every page knows of who reads it and where. */
export type Visit = {
  readonly role: Role;
  /** As the log names them. */
  readonly actor: string;
  /** Where a visitor may choose how the console is seen: on this machine, where everybody has every role. */
  readonly roles: readonly Role[];
  /** Path of the page, to come back to. */
  readonly path: string;
  /** Folder of the assets, with a hash of them. */
  readonly assets: string;
  /** An IANA name: in which times are shown beside the member's own. */
  readonly zone: string;
  /** Whether calls are made up. */
  readonly simulated: boolean;
};

type Item = { readonly href: string; readonly words: string; readonly roles: readonly Role[] };

const ITEMS: readonly Item[] = [
  { href: '/console', words: 'Today', roles: ['Coordinator', 'Compliance', 'Operator'] },
  { href: '/console/calls', words: 'Calls', roles: ['Coordinator', 'Compliance'] },
  { href: '/console/members', words: 'Members', roles: ['Coordinator', 'Compliance'] },
];

type FrameProps = { readonly visit: Visit; readonly title: string; readonly children: ComponentChildren };

/** The page around every page. Names and numbers stand in no title: histories keep those. */
export function Frame({ visit, title, children }: FrameProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${title} · Callistra`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="turbo-prefetch" content="false" />
        <meta name="turbo-cache-control" content="no-cache" />
        <link rel="stylesheet" href={`${visit.assets}/modern-normalize.css`} />
        <link rel="stylesheet" href={`${visit.assets}/console.css`} />
        <link rel="icon" href={`${visit.assets}/icon.svg`} type="image/svg+xml" />
        <script type="module" src={`${visit.assets}/turbo.js`} />
        <script type="module" src={`${visit.assets}/console.js`} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the page
        </a>
        <header class="top">
          <a class="brand" href="/console">
            Callistra
          </a>
          <nav aria-label="Pages">
            <ul>
              {ITEMS.filter(({ roles }) => roles.includes(visit.role)).map((item) => (
                <li key={item.href}>
                  <a href={item.href} aria-current={isHere(item.href, visit.path) ? 'page' : undefined}>
                    {item.words}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <SeenAs visit={visit} />
        </header>
        {visit.simulated && (
          <p class="banner" role="note">
            Nobody is called: a simulator places the calls, and every answer is made up.
          </p>
        )}
        <main id="main" tabIndex={-1}>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

function isHere(href: string, path: string): boolean {
  return href === '/console' ? path === href : path === href || path.startsWith(`${href}/`);
}

/** Who reads; on this machine a choice of what the console looks like to each role. */
function SeenAs({ visit }: { readonly visit: Visit }): VNode {
  if (visit.roles.length < 2) return <p class="who">{visit.actor}</p>;
  return (
    <form class="who" method="post" action="/console/seen-as">
      <input type="hidden" name="back" value={visit.path} />
      <label>
        Seen as{' '}
        <select name="role">
          {visit.roles.map((role) => (
            <option key={role} value={role} selected={role === visit.role}>
              {role}
            </option>
          ))}
        </select>
      </label>{' '}
      <button type="submit">Change</button>
    </form>
  );
}
