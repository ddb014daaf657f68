import { sessionStream } from '../../domain/streams.ts';
import type { Role } from '../../identity/staff.ts';
import {
  actorNamed,
  type Person,
  refuseSignInEntry,
  type SignInRefusal,
  type SignOutEverywhereBody,
  type SignOutReason,
  signInEntry,
  signOutEntry,
  signOutEverywhereEntry,
} from './entries.ts';
import type { Session } from './open-sessions.ts';
import { createSessionStreams, isAlive, type SessionStreamDeps } from './session-streams.ts';

/** What names a session: where it stands in the log, and its id there. */
export type SessionRef = {
  readonly person: Person;
  /** In which it was begun, `2026-11`. */
  readonly month: string;
  readonly id: string;
};

/** Who is signed in, and who was. */
export type Sessions = {
  /** Durable when it resolves. @throws LogError */
  begin(
    person: Person,
    begun: { readonly roles: readonly Role[]; readonly address: string | null },
  ): Promise<SessionRef>;
  /** Takes note that somebody who is known was not let in. @throws LogError */
  refuse(person: Person, refused: { readonly reason: SignInRefusal; readonly address: string | null }): Promise<void>;
  /** The session as the log knew it 15 s ago at most; null: it is over, or there never was one. @throws LogError */
  find(ref: SessionRef): Promise<Session | null>;
  /** Ends a session, for every instance within 15 s; one that is over stays so. @throws LogError */
  end(ref: SessionRef, because: SignOutReason, actor: string): Promise<void>;
  /** Ends all of somebody's, for every instance within 15 s. @returns how many there were. @throws LogError */
  endAll(person: Person, actor: string, why?: SignOutEverywhereBody): Promise<number>;
  /** Those of somebody that go on, the newest first, as the log knows them now. @throws LogError */
  of(person: Person): Promise<readonly (SessionRef & Session)[]>;
};

/** A session's whole life: a working day. */
export const LIFE_MS = 8 * 3_600_000;
type Deps = SessionStreamDeps & { readonly freshId: () => string };

/** Sessions as streams of the log, one for each person and month: so all instances know them, and nobody ends one unseen. */
export function createSessions({ log, clock, freshId }: Deps): Sessions {
  const { believed, ask, add } = createSessionStreams({ log, clock });
  const iso = (): string => new Date(clock.now()).toISOString();
  const goesOn = (session: Session): boolean => isAlive(session, clock.now());
  /** Of the sessions that may still go on. */
  const months = (): readonly string[] => [...new Set([clock.now() - LIFE_MS, clock.now()].map(monthOf))];
  const entry = (actor: string, id = freshId()) => ({ id, at: iso(), actor });

  return {
    async begin(person, { roles, address }) {
      const id = freshId();
      const expiresAt = new Date(clock.now() + LIFE_MS).toISOString();
      const begun = entry(actorNamed(person.name, roles), id);
      const month = begun.at.slice(0, 7);
      await add(sessionStream(month, person.by, person.name), () => [
        signInEntry(begun, { roles, expiresAt, address }),
      ]);
      return { person, month, id };
    },
    refuse: (person, refused) =>
      add(sessionStream(monthOf(clock.now()), person.by, person.name), () => [
        refuseSignInEntry(entry(actorNamed(person.name, [])), refused),
      ]),
    async find({ person, month, id }) {
      const session = (await believed(sessionStream(month, person.by, person.name))).get(id);
      return session && goesOn(session) ? session : null;
    },
    end: ({ person, month, id }, because, actor) =>
      add(sessionStream(month, person.by, person.name), (alive) =>
        alive.some((session) => session.id === id) ? [signOutEntry(entry(actor), { session: id, because })] : [],
      ),
    async endAll(person, actor, why = {}) {
      let ended = 0;
      for (const month of months()) {
        let found = 0;
        await add(sessionStream(month, person.by, person.name), (alive) => {
          found = alive.length;
          return found > 0 ? [signOutEverywhereEntry(entry(actor), why)] : [];
        });
        ended += found;
      }
      return ended;
    },
    async of(person) {
      const found: (SessionRef & Session)[] = [];
      for (const month of months()) {
        const open = await ask(sessionStream(month, person.by, person.name));
        found.push(...[...open.values()].filter(goesOn).map((session) => ({ ...session, person, month })));
      }
      return found.sort((one, other) => (one.beganAt < other.beganAt ? 1 : -1));
    },
  };
}

function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}
