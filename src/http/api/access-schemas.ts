import { type Static, Type } from 'typebox';
import type { AccessRecord } from '../../../projections/access.ts';
import { Time } from './described.ts';

const MaybeText = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const Texts = Type.Array(Type.String());

const place = {
  from: Type.Optional(Type.String({ maxLength: 40, description: 'At or after, ISO 8601' })),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'Before, ISO 8601' })),
  cursor: Type.Optional(Type.String({ maxLength: 128 })),
};
const period = {
  ...place,
  limit: Type.Optional(
    Type.String({ pattern: '^(?:[1-9][0-9]?|1[0-9][0-9]|200)$', default: '50', description: '1 to 200' }),
  ),
};
const member = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }));
const actor = Type.Optional(
  Type.String({ minLength: 1, maxLength: 200, description: '`anna`, or under one role: `compliance:anna`' }),
);

export const AccessQuery = Type.Object(
  {
    member,
    call: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'callSessionId' })),
    actor,
    ...period,
  },
  { additionalProperties: false },
);
export const EventsQuery = Type.Object({ member, ...place }, { additionalProperties: false });
export const ReviewQuery = Type.Object({ actor, ...period }, { additionalProperties: false });

const who = {
  at: Time,
  actor: Type.String(),
  name: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'From STAFF_NAMES_FILE' }),
  kind: Type.String({ description: 'person, app, api-key, loopback, os-user; unknown where the entry does not say' }),
  isPerson: Type.Boolean({
    description: 'False: a tool, an API key, or whoever sat at this machine, and nobody knows who',
  }),
  roles: Texts,
  action: Type.String(),
  purpose: MaybeText,
  requestId: MaybeText,
  address: MaybeText,
  fields: Texts,
  coversMs: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'For so long the same look needed no further entry',
  }),
  refused: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'How many requests were turned away; null for a look',
  }),
};

export const AccessList = Type.Object({
  looks: Type.Array(
    Type.Object({
      ...who,
      reason: MaybeText,
      calls: Texts,
      members: Texts,
      stream: Type.String({ description: 'Where its entry stands in the log' }),
      version: Type.Integer(),
    }),
  ),
  nextCursor: MaybeText,
});

export const ReviewList = Type.Object({
  looks: Type.Array(
    Type.Object({
      ...who,
      hasReason: Type.Boolean({ description: 'What it says is not shown: it may name a member' }),
      callCount: Type.Integer(),
      memberCount: Type.Integer(),
    }),
  ),
  nextCursor: MaybeText,
});

export const Recorded = Type.Object({ recorded: Type.Literal(true), requestId: Type.String() });

type Names = (name: string) => string | null;

/** A look as Compliance is told of it. */
export function shownLook(record: AccessRecord, nameOf: Names): Static<typeof AccessList>['looks'][number] {
  const { reason, calls, members, stream, version } = record;
  return { ...whoOf(record, nameOf), reason, calls: [...calls], members: [...members], stream, version };
}

/** The same without anything of a member. */
export function reviewedLook(record: AccessRecord, nameOf: Names): Static<typeof ReviewList>['looks'][number] {
  const { reason, calls, members } = record;
  const counts = { callCount: calls.length, memberCount: members.length };
  return { ...whoOf(record, nameOf), hasReason: reason !== null, ...counts };
}

function whoOf(record: AccessRecord, nameOf: Names) {
  const { at, actor, kind, roles, action, purpose, requestId, address, fields, coversMs, refused } = record;
  return {
    ...{ at, actor, name: nameOf(record.name), kind, isPerson: kind === 'person', roles: [...roles], action, purpose },
    ...{ requestId, address, fields: [...fields], coversMs, refused },
  };
}
