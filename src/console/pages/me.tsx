/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Session } from '../../audit/sessions/open-sessions.ts';
import type { SessionRef } from '../../audit/sessions/sessions.ts';
import { Frame, type Visit } from '../parts/frame.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Time } from '../parts/time.tsx';

type Shown = SessionRef & Session;

/** `sessions`: null where nobody signs in. */
type MeProps = {
  readonly visit: Visit;
  readonly sessions: readonly Shown[] | null;
  readonly zones: readonly string[];
};

export function Me({ visit, sessions, zones }: MeProps): VNode {
  return (
    <Frame visit={visit} title="Me">
      <Who visit={visit} />
      <Choices visit={visit} zones={zones} />
      {sessions && <Sessions visit={visit} sessions={sessions} />}
    </Frame>
  );
}

const BY: Readonly<Record<string, string>> = {
  person: 'a person, by Microsoft Entra ID',
  'api-key': 'whoever holds an API key: reports say that this is no person',
};

function Who({ visit }: { readonly visit: Visit }): VNode {
  const { signedIn, roles, role, actor } = visit;
  return (
    <section aria-labelledby="who">
      <h2 id="who">Who you are</h2>
      <dl class="facts">
        <dt>Name</dt>
        <dd>
          <bdi>{signedIn ? signedIn.name : 'whoever sits at this machine'}</bdi>
        </dd>
        <dt>Known as</dt>
        <dd>
          {signedIn ? BY[signedIn.ref.person.by] : 'nobody in particular: without API keys or Entra ID nobody signs in'}
        </dd>
        <dt>In the log</dt>
        <dd>
          <code>{actor}</code>
        </dd>
        <dt>{roles.length > 1 ? 'Roles' : 'Role'}</dt>
        <dd>{roles.join(', ')}</dd>
      </dl>
      {roles.length > 1 && (
        <form class="filter" method="post" action="/console/seen-as" data-turbo="false">
          <label for="seen-as">See the console as</label>
          <select id="seen-as" name="role">
            {roles.map((each) => (
              <option key={each} value={each} selected={each === role}>
                {each}
              </option>
            ))}
          </select>
          <button type="submit">Change</button>
        </form>
      )}
    </section>
  );
}

/** Not by Turbo: it would leave the page’s own settings as they were. */
function Choices({ visit, zones }: { readonly visit: Visit; readonly zones: readonly string[] }): VNode {
  return (
    <section aria-labelledby="choices">
      <h2 id="choices">How the console is shown in this browser</h2>
      <form class="choices" method="post" action="/console/me/choices" data-turbo="false">
        <p>
          <label for="zone">Your time zone</label>{' '}
          <select id="zone" name="zone">
            {zones.map((zone) => (
              <option key={zone} value={zone} selected={zone === visit.zone}>
                {zone}
              </option>
            ))}
          </select>{' '}
          <span class="hint">Times of a member are shown in the member’s own zone first.</span>
        </p>
        <p>
          <label>
            <input type="checkbox" name="shortcuts" value="on" checked={visit.shortcuts !== 'off'} /> Keyboard shortcuts
          </label>{' '}
          <span class="hint">
            Single letters that do something, and digits on a telephone; off for whoever speaks to the machine.
          </span>
        </p>
        <button class="primary" type="submit">
          Keep
        </button>
      </form>
    </section>
  );
}

function Sessions({ visit, sessions }: { readonly visit: Visit; readonly sessions: readonly Shown[] }): VNode {
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Where you are signed in</h2>
      <Scroll label="Where you are signed in">
        <table>
          <caption>Sessions end by themselves 8 hours after they began.</caption>
          <thead>
            <tr>
              <th scope="col">Began</th>
              <th scope="col">From</th>
              <th scope="col">Ends by itself</th>
              <th scope="col">
                <span class="unseen">End it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <SessionRow key={session.id} visit={visit} session={session} />
            ))}
          </tbody>
        </table>
      </Scroll>
      <form method="post" action="/console/sign-out/everywhere" data-turbo="false">
        <p>
          <button type="submit">End all of them, this one too</button>{' '}
          <span class="hint">Every browser is signed out within 15 seconds.</span>
        </p>
      </form>
    </section>
  );
}

function SessionRow({ visit, session }: { readonly visit: Visit; readonly session: Shown }): VNode {
  const isThis = session.id === visit.signedIn?.ref.id;
  return (
    <tr>
      <td>
        <Time at={session.beganAt} zone={visit.zone} />
        {isThis && <strong> · this browser</strong>}
      </td>
      <td>{session.address ?? 'not known'}</td>
      <td>
        <Time at={session.expiresAt} zone={visit.zone} />
      </td>
      <td>
        <form method="post" action="/console/sign-out/one" data-turbo="false">
          <input type="hidden" name="session" value={session.id} />
          <input type="hidden" name="month" value={session.month} />
          <button type="submit">{isThis ? 'Sign out here' : 'End'}</button>
        </form>
      </td>
    </tr>
  );
}
