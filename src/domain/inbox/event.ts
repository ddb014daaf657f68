import { canonicalJson } from '../../base/canonical-json.ts';

/** What an event is known by beside its id, and what it says, as data; of Event Grid's own schema the topic is the source. */
export type Event = { readonly source: string; readonly content: string };

/**
 * Two texts are the same event when these are the same, however they are laid out.
 * @param raw an event as it was received
 * @throws SyntaxError when it is no JSON
 */
export function eventIn(raw: string): Event {
  const { source, topic, type, eventType, data } = JSON.parse(raw) as Readonly<Record<string, unknown>>;
  return {
    source: canonicalJson(source ?? topic ?? null),
    content: canonicalJson([type ?? eventType ?? null, data ?? null]),
  };
}
