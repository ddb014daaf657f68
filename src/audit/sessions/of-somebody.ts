import type { Person } from './entries.ts';
import type { Session } from './open-sessions.ts';
import type { SessionRef, Sessions } from './sessions.ts';

/** As actors are named, and names of keys let in; object ids of Entra ID are of these characters too. */
const ACTOR = /^(?:[a-z]{1,20}:)?([A-Za-z0-9._-]{1,64})$/;

/** Whose sessions are meant, by their name alone or as the log has it, `coordinator:anna`; null: nobody can be called so. */
export function nameMeant(text: string): string | null {
  return ACTOR.exec(text.trim())?.[1] ?? null;
}

/** Whoever of this name may have signed in: whoever asks knows the name, and not how its owner proved who they are. */
function personsOf(name: string): readonly Person[] {
  return [
    { by: 'person', name },
    { by: 'api-key', name },
  ];
}

/** The sessions of somebody that go on, the newest first, as the log knows them now. @throws LogError */
export async function sessionsOf(
  sessions: Pick<Sessions, 'of'>,
  name: string,
): Promise<readonly (SessionRef & Session)[]> {
  const found = await Promise.all(personsOf(name).map((person) => sessions.of(person)));
  return found.flat();
}

export type Ending = { readonly name: string; readonly actor: string; readonly reason: string };

/** Ends all sessions of somebody, for every instance within 15 s. @returns how many there were. @throws LogError */
export async function endAllOf(sessions: Pick<Sessions, 'endAll'>, { name, actor, reason }: Ending): Promise<number> {
  let ended = 0;
  for (const person of personsOf(name)) ended += await sessions.endAll(person, actor, { reason });
  return ended;
}
