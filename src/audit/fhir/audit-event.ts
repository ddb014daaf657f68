/**
 * What we write of FHIR R4 (4.0.1): the parts of an AuditEvent and of a Bundle that our events have. Keys are written in the
 * order in which they are built, so that the same entry gives the same bytes.
 */

export type Coding = { readonly system: string; readonly code: string; readonly display?: string };
export type Concept = { readonly coding: readonly Coding[] };

/** Where there is no value, an element may say why. */
export type Absent = { readonly extension: readonly [{ readonly url: string; readonly valueCode: string }] };

export type Identifier = { readonly system?: string; readonly value: string };

/** A logical reference: who or what it is by its identifier; there is no resource of it here. */
export type Reference =
  | { readonly type?: string; readonly identifier: Identifier }
  | { readonly display: string }
  | Absent;

export type Network = { readonly address: string; readonly type: '1' | '2' | '3' | '4' | '5' } | Absent;

export type Agent = {
  readonly type?: Concept;
  readonly role?: readonly Concept[];
  readonly who: Reference;
  readonly requestor: boolean;
  readonly location?: { readonly display: string };
  readonly network?: Network;
  readonly purposeOfUse?: readonly Concept[];
};

export type Entity = {
  readonly what?: Reference;
  readonly type: Coding;
  readonly role?: Coding;
  readonly description?: string;
  /** Base64 of what was asked. We never have it: it is said why. */
  readonly _query?: Absent;
};

export type AuditEvent = {
  readonly resourceType: 'AuditEvent';
  readonly id: string;
  /** Absent where no pattern of BALP fits. */
  readonly meta?: { readonly profile: readonly string[] };
  readonly type: Coding;
  readonly subtype: readonly Coding[];
  readonly action: 'R' | 'E' | 'U' | 'D';
  /** ISO 8601 UTC: when the entry was written. */
  readonly recorded: string;
  /** 0 success, 4 turned away. */
  readonly outcome: '0' | '4';
  readonly outcomeDesc?: string;
  readonly purposeOfEvent?: readonly Concept[];
  readonly agent: readonly Agent[];
  readonly source: { readonly site: string; readonly observer: Reference; readonly type: readonly Coding[] };
  readonly entity?: readonly Entity[];
};

/** @param reason a code of FHIR's data-absent-reason */
export function absent(reason: 'unknown' | 'masked'): Absent {
  return { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: reason }] };
}
