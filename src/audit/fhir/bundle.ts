import type { AuditEvent } from './audit-event.ts';
import { uuidOf } from './event-id.ts';

/** A page of events, in their order. */
export type Bundle = {
  readonly resourceType: 'Bundle';
  readonly id: string;
  readonly type: 'collection';
  /** `next`: where the page behind this one is. */
  readonly link?: readonly { readonly relation: 'next'; readonly url: string }[];
  /** Absent when there are none: FHIR has no empty lists. */
  readonly entry?: readonly { readonly fullUrl: string; readonly resource: AuditEvent }[];
};

/** @param next the address of the next page; null: this is the last */
export function bundleOf(events: readonly AuditEvent[], next: string | null): Bundle {
  return {
    resourceType: 'Bundle',
    id: uuidOf(JSON.stringify(['Bundle', next, ...events.map(({ id }) => id)])),
    type: 'collection',
    ...(next !== null && { link: [{ relation: 'next', url: next }] }),
    ...(events.length > 0 && {
      entry: events.map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource })),
    }),
  };
}
