/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Session } from '../../audit/sessions/open-sessions.ts';
import { Empty } from '../parts/empty.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';
import { OperationsLinks } from '../parts/operations-links.tsx';
import { ReasonForm } from '../parts/reason-form.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { Time } from '../parts/time.tsx';

type StaffSessionsProps = {
  readonly visit: Visit;
  /** False: on this machine nobody signs in. */
  readonly hasSignIn: boolean;
  /** As it was typed. */
  readonly typed: string;
  /** Whose sessions these are; null: nobody can be called so. `called`: by people. */
  readonly known: {
    readonly name: string;
    readonly called: string | null;
    readonly sessions: readonly Session[];
  } | null;
  /** How many a form has just ended; null: none has. */
  readonly ended: number | null;
};

/** Where somebody is signed in to the console, and the end of that: a telephone is lost, somebody leaves, a key got out. */
export function StaffSessions({ visit, hasSignIn, typed, known, ended }: StaffSessionsProps): VNode {
  return (
    <Frame visit={visit} title="Who is signed in">
      <OperationsLinks path={visit.path} />
      {known && ended !== null && (
        <p class="note" role="status">
          {ended === 0
            ? 'There was no session left to end.'
            : `${ended === 1 ? 'One session' : `${ended} sessions`} ended.`}{' '}
          Every browser is signed out within 15 seconds.
        </p>
      )}
      {hasSignIn ? (
        <Who typed={typed} />
      ) : (
        <Empty why="Here nobody signs in: the console is for whoever sits at this machine." />
      )}
      {typed !== '' && !known && (
        <Empty why="Nobody can be called so: a name is up to 64 letters, digits, dots and dashes, such as coordinator:anna." />
      )}
      {hasSignIn && known && <Found known={known} zone={visit.zone} />}
    </Frame>
  );
}

function Who({ typed }: Pick<StaffSessionsProps, 'typed'>): VNode {
  return (
    <search>
      <form class="filter" method="get" action="/console/operations/sessions">
        <label>
          Name of an API key, or object id of Entra ID{' '}
          <input name="name" value={typed} required maxLength={80} autoComplete="off" spellcheck={false} />
        </label>
        <button type="submit">Show</button>
      </form>
      <p class="hint">As the log names them, with the role before it or without: anna, coordinator:anna.</p>
    </search>
  );
}

type FoundProps = { readonly known: NonNullable<StaffSessionsProps['known']>; readonly zone: string | undefined };

function Found({ known: { name, called, sessions }, zone }: FoundProps): VNode {
  if (sessions.length === 0) return <Empty why={`Nobody is signed in as ${name} at the moment.`} />;
  const caption = `Where ${called ?? name} is signed in`;
  return (
    <>
      <Scroll label={caption}>
        <table>
          <caption>
            <bdi>{caption}</bdi>
          </caption>
          <thead>
            <tr>
              <th scope="col">Began</th>
              <th scope="col">From</th>
              <th scope="col">As</th>
              <th scope="col">Ends by itself</th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <tr key={session.id}>
                <td>
                  <Time at={session.beganAt} zone={zone} />
                </td>
                <td>{session.address ?? 'not known'}</td>
                <td>{session.roles.join(', ')}</td>
                <td>
                  <Time at={session.expiresAt} zone={zone} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <section aria-labelledby="end">
        <h2 id="end">End {sessions.length === 1 ? 'it' : `all ${sessions.length}`}</h2>
        <p>
          Whoever still has the key, or the role in Entra ID, can sign in again: take that away first. What is half
          typed in those browsers is kept for the same person alone.
        </p>
        <ReasonForm path="/console/operations/sessions/end" words="Sign out everywhere" isNeeded fields={{ name }} />
      </section>
    </>
  );
}
