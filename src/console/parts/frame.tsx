/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren, VNode } from 'preact';
import type { SessionRef } from '../../audit/sessions/sessions.ts';
import type { Role } from '../../identity/staff.ts';
import { Keys, keyOf } from './keys.tsx';
import { LiveLine } from './live-line.tsx';
import { SearchBox } from './search-box.tsx';

/** Somebody who has signed in. */
export type SignedIn = {
  readonly ref: SessionRef;
  /** When they had a hand on the console last, milliseconds since 1970. */
  readonly activeMs: number;
  /** Tells pages whether the next one is the same person, and not who. */
  readonly mark: string;
  /** As people call them. */
  readonly name: string;
  readonly beganAt: string;
  /** After so long without a hand on it the page is hidden. */
  readonly idleMs: number;
};

/** What every page knows of who reads it and where. */
export type Visit = {
  readonly role: Role;
  /** As the log names them. */
  readonly actor: string;
  /** All that the visitor has, who may choose as which one to see the console; on this machine everybody has all. */
  readonly roles: readonly Role[];
  /** Path of the page, to come back to. */
  readonly path: string;
  /** Folder of the assets, with a hash of them. */
  readonly assets: string;
  /** An IANA name: in which times are shown beside the member's own. */
  readonly zone: string;
  /** Whether calls are made up. */
  readonly simulated: boolean;
  readonly shortcuts?: 'off';
  /** Absent on this machine, where nobody signs in. */
  readonly signedIn?: SignedIn;
};

type Item = { readonly href: string; readonly words: string; readonly roles: readonly Role[] };

const ITEMS: readonly Item[] = [
  { href: '/console', words: 'Today', roles: ['Coordinator', 'Compliance', 'Operator'] },
  { href: '/console/calls', words: 'Calls', roles: ['Coordinator', 'Compliance'] },
  { href: '/console/members', words: 'Members', roles: ['Coordinator', 'Compliance'] },
  { href: '/console/audit', words: 'Audit', roles: ['Compliance'] },
  { href: '/console/scripts', words: 'Scripts', roles: ['Coordinator', 'Compliance', 'Operator'] },
  { href: '/console/operations', words: 'Operations', roles: ['Operator'] },
  { href: '/console/me', words: 'Me', roles: ['Coordinator', 'Compliance', 'Operator'] },
];

type FrameProps = { readonly visit: Visit; readonly title: string; readonly children: ComponentChildren };

/** The page around every page. Names and numbers stand in no title: histories keep those. */
export function Frame({ visit, title, children }: FrameProps): VNode {
  const pages = ITEMS.filter(({ roles }) => roles.includes(visit.role));
  return (
    <html lang="en" data-shortcuts={visit.shortcuts}>
      <head>
        <meta charset="utf-8" />
        {visit.signedIn && <meta name="callistra-idle" content={String(visit.signedIn.idleMs)} />}
        {visit.signedIn && <meta name="callistra-person" content={visit.signedIn.mark} />}
        <title>{`${title} · Callistra`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="turbo-prefetch" content="false" />
        <meta name="turbo-cache-control" content="no-cache" />
        <link rel="stylesheet" href={`${visit.assets}/modern-normalize.css`} />
        <link rel="stylesheet" href={`${visit.assets}/console.css`} />
        <link rel="icon" href={`${visit.assets}/icon.svg`} type="image/svg+xml" />
        <script type="module" src={`${visit.assets}/turbo.js`} data-turbo-eval="false" />
        <script type="module" src={`${visit.assets}/console.js`} data-turbo-eval="false" />
      </head>
      <body data-zone={visit.zone}>
        <a class="skip" href="#main">
          Skip to the page
        </a>
        <header class="top">
          <a class="brand" href="/console">
            Callistra
          </a>
          <nav aria-label="Pages">
            <ul>
              {pages.map((item) => (
                <li key={item.href}>
                  <a
                    href={item.href}
                    data-key={keyOf(item.href)}
                    aria-current={isHere(item.href, visit.path) ? 'page' : undefined}
                  >
                    {item.words}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          {visit.role !== 'Operator' && <SearchBox />}
          <SeenAs visit={visit} />
          {visit.signedIn && (
            <form class="sign-out" method="post" action="/console/sign-out" data-turbo="false">
              <button type="submit">Sign out</button>
            </form>
          )}
        </header>
        {visit.simulated && (
          <p class="banner" role="note">
            Nobody is called: a simulator places the calls, and every answer is made up.
          </p>
        )}
        <main id="main" tabIndex={-1}>
          <LiveLine />
          <h1>{title}</h1>
          {children}
        </main>
        <p class="unseen" aria-live="polite" data-announcer />
        <Keys pages={pages} />
      </body>
    </html>
  );
}

function isHere(href: string, path: string): boolean {
  return href === '/console' ? path === href : path === href || path.startsWith(`${href}/`);
}

/** Who reads; a choice of how the console looks to each of their roles. */
function SeenAs({ visit }: { readonly visit: Visit }): VNode {
  const name = visit.signedIn?.name ?? visit.actor;
  if (visit.roles.length < 2)
    return (
      <p class="who">
        <bdi>{name}</bdi>, {visit.role}
      </p>
    );
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
