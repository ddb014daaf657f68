import { EVENT_GRID } from '../../domain/call/callback.ts';
import type { Provider } from '../../domain/call/provider.ts';

/** Whose word an entry is. `unknown`: a name that this release does not know. */
export const WHO_KINDS = ['staff', 'flow', 'provider', 'event-grid', 'deadline', 'server', 'unknown'] as const;
export type WhoKind = (typeof WHO_KINDS)[number];

/** Who: of staff the role and the name that the log has for them, an API key's or an id of Entra. */
export type Who = {
  readonly kind: WhoKind;
  /** As people say it: `anna (Coordinator)`, `ACS`, `the flow`. */
  readonly words: string;
  readonly role?: string;
  readonly name?: string;
};

const OURS: Readonly<Record<string, Who>> = {
  flow: { kind: 'flow', words: 'the flow' },
  deadline: { kind: 'deadline', words: 'a deadline' },
  server: { kind: 'server', words: 'the server' },
  [EVENT_GRID]: { kind: EVENT_GRID, words: 'Event Grid' },
};

/**
 * @param actor as the log names it
 * @param providers who may have placed calls
 */
export function whoOf(actor: string, providers: readonly Pick<Provider, 'name'>[]): Who {
  const known = Object.hasOwn(OURS, actor) ? OURS[actor] : undefined;
  if (known) return known;
  const [role = '', ...rest] = actor.split(':');
  if (rest.length > 0) return staff(role, rest.join(':'));
  if (providers.some(({ name }) => name === actor)) return { kind: 'provider', words: actor.toUpperCase() };
  return { kind: 'unknown', words: actor };
}

function staff(role: string, name: string): Who {
  const title = `${role.charAt(0).toUpperCase()}${role.slice(1)}`;
  return { kind: 'staff', words: `${name} (${title})`, role: title, name };
}

/** The same by the name that people have for them, beside that of the log. */
export function nameStaff(who: Who, nameOf: (name: string) => string | null = () => null): Who {
  const name = who.name === undefined ? null : nameOf(who.name);
  return name === null ? who : { ...who, words: `${name} (${who.role})` };
}

/** Whether an actor of the log is this member of staff: named with the role (`coordinator:anna`), or by the name alone. */
export function isStaffMember(actor: string, asked: string): boolean {
  const colon = actor.indexOf(':');
  return colon > 0 && (actor === asked || actor.slice(colon + 1) === asked);
}
