/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren, VNode } from 'preact';
import { ROLES, type Role } from '../../identity/staff.ts';
import type { SignedOutWhy } from '../signed-in.ts';

type OutsideProps = {
  readonly assets: string;
  readonly title: string;
  /** What else stands in the head. */
  readonly head?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** The page around what is shown to whoever is not signed in. */
export function Outside({ assets, title, head, children }: OutsideProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${title} · Callistra`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="turbo-cache-control" content="no-cache" />
        <link rel="stylesheet" href={`${assets}/modern-normalize.css`} />
        <link rel="stylesheet" href={`${assets}/console.css`} />
        <link rel="icon" href={`${assets}/icon.svg`} type="image/svg+xml" />
        {head}
      </head>
      <body class="outside">
        <main>
          <p class="brand">Callistra</p>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

/** Why somebody has to sign in; `key`: what they gave is nobody's key. `wait`: too many were tried. */
type Why = SignedOutWhy | 'key' | 'wait';

const WHY: Readonly<Record<Why, string>> = {
  nobody: '',
  unknown: 'What this browser keeps of your session cannot be read: it is old, or was changed.',
  idle: 'Nobody used the console here for a while, so it was closed. Nothing more was shown or done since.',
  over: 'Your session is over: it ended by time, or somebody has signed it out.',
  withdrawn: 'What you signed in with does not let you in any more.',
  key: 'This is nobody’s key. Check that it was copied whole.',
  wait: 'Too many keys were tried from here. Wait a few minutes before the next.',
};

type SignInProps = {
  readonly assets: string;
  readonly isEntra: boolean;
  readonly why: Why;
  /** Whether something was to be done, which was not. */
  readonly isForm: boolean;
  readonly returnTo: string;
};

/** Where people sign in; also in the place of a page that is for people who are. */
export function SignInPage({ assets, isEntra, why, isForm, returnTo }: SignInProps): VNode {
  return (
    <Outside assets={assets} title="Sign in">
      {WHY[why] !== '' && (
        <p class="note" role="alert">
          {WHY[why]}
          {isForm && why !== 'key' && why !== 'wait' && ' What you sent was not done.'}
        </p>
      )}
      {isEntra ? (
        <p>
          <a class="button" data-turbo="false" href={entraHref(returnTo, isForm)}>
            Sign in with Microsoft Entra ID
          </a>
        </p>
      ) : (
        <KeyForm returnTo={isForm ? '/console' : returnTo} isWrong={why === 'key'} />
      )}
    </Outside>
  );
}

function entraHref(returnTo: string, isForm: boolean): string {
  return `/console/sign-in/entra?${new URLSearchParams({ returnTo: isForm ? '/console' : returnTo })}`;
}

function KeyForm({ returnTo, isWrong }: { readonly returnTo: string; readonly isWrong: boolean }): VNode {
  return (
    <form class="sign-in" method="post" action="/console/sign-in" data-turbo="false">
      <input type="hidden" name="returnTo" value={returnTo} />
      <label for="key">Your API key</label>
      <input
        id="key"
        name="key"
        type="password"
        autocomplete="current-password"
        required
        aria-describedby="key-hint"
        aria-invalid={isWrong ? 'true' : undefined}
      />
      <p id="key-hint" class="hint">
        It was shown once, when it was made with <code>callistra keys add</code>. Whoever keeps the server has one made
        for you.
      </p>
      <button class="primary" type="submit">
        Sign in
      </button>
    </form>
  );
}

/** For whoever has proven who they are, and has no role here. */
export function NoRoles({ assets, name }: { readonly assets: string; readonly name: string }): VNode {
  return (
    <Outside assets={assets} title="No role">
      <p>
        You are signed in, but have no role in Callistra. Whoever administers Entra ID gives you one of the app roles,
        and you sign in again:
      </p>
      <ul>
        {ROLES.map((role) => (
          <li key={role}>
            <strong>{role}</strong>: {MAY[role]}
          </li>
        ))}
      </ul>
      <p>
        Name this id when you ask: <code>{name}</code>
      </p>
      <p>
        <a data-turbo="false" href="/console/sign-in/entra?again=1">
          Sign in as somebody else
        </a>
      </p>
    </Outside>
  );
}

const MAY: Readonly<Record<Role, string>> = {
  Coordinator: 'calls members and sees what came of it.',
  Compliance: 'sees calls and answers, who looked, proofs and exports.',
  Operator: 'sees how the service fares and what is stuck; no names, no answers.',
};

type FailedProps = { readonly assets: string; readonly words: string; readonly returnTo: string };

/** A sign-in that came to nothing. */
export function SignInFailed({ assets, words, returnTo }: FailedProps): VNode {
  return (
    <Outside assets={assets} title="Not signed in">
      <p role="alert">{words}</p>
      <p>
        <a data-turbo="false" href={`/console/sign-in?${new URLSearchParams({ returnTo })}`}>
          Sign in again
        </a>
      </p>
    </Outside>
  );
}

/** @param props.providerUrl where the provider is signed out of, too */
export function SignedOutPage(props: { readonly assets: string; readonly providerUrl: string | null }): VNode {
  return (
    <Outside assets={props.assets} title="Signed out">
      <p>You are signed out here, and everywhere this session was open.</p>
      {props.providerUrl !== null && (
        <p>
          <a data-turbo="false" href={props.providerUrl}>
            Sign out of Microsoft Entra ID, too
          </a>
          : on a machine that others use.
        </p>
      )}
      <p>
        <a data-turbo="false" href="/console/sign-in">
          Sign in again
        </a>
      </p>
    </Outside>
  );
}

/** When the log cannot be asked whether a session goes on: nobody is let in then. */
export function Unknowable({ assets }: { readonly assets: string }): VNode {
  return (
    <Outside assets={assets} title="Not at the moment">
      <p>Who is signed in cannot be asked or put down at the moment. Nothing is lost; try again in a moment.</p>
    </Outside>
  );
}

/** In the second window, after somebody has signed in again: the first one goes on by itself. */
export function Back({ assets, person }: { readonly assets: string; readonly person: string }): VNode {
  const head = [
    <meta key="person" name="callistra-person" content={person} />,
    <script key="script" type="module" src={`${assets}/idle.js`} />,
  ];
  return (
    <Outside assets={assets} title="Signed in again" head={head}>
      <p data-back>You are signed in. Close this window: the one before it goes on where you were.</p>
      <p>
        <a href="/console">Or go on here</a>
      </p>
    </Outside>
  );
}
