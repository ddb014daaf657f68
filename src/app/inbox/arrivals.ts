import type { QuarantineItem } from '../../domain/inbox/quarantine.ts';
import type { Journal } from '../ports.ts';

/** A delivery may bring thousands, and each line says much the same. */
const NAMED_MAX = 10;

/** What names and types are made of that an operator can search for; a sender may have put anything there. */
const PLAIN = /^[A-Za-z0-9._~:#/-]{1,200}$/;

/** Tells of what was put into the quarantine by ids and types, never what it says. */
export function tellArrivals(journal: Journal, items: readonly QuarantineItem[]): void {
  for (const { id, eventType } of items.slice(0, NAMED_MAX)) {
    journal.warn({ item: plain(id), type: plain(eventType) }, 'an event was put into the quarantine');
  }
  const others = items.length - NAMED_MAX;
  if (others > 0) journal.warn({ others }, 'further events of the same delivery were put into the quarantine');
}

/** A long row of digits may be somebody's number. */
function plain(text: string): string {
  return PLAIN.test(text) && !/(?:^|[^0-9a-f-])\+?\d{7,15}(?![0-9a-f-])/i.test(text) ? text : 'unnamed';
}
