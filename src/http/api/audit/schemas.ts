import { type TObject, type TProperties, type TSchema, Type } from 'typebox';
import { REQUEST_KINDS, type RequestKind } from '../../../audit/replay/api.ts';
import { DISPOSITIONS, type Disposition } from '../../../domain/call/disposition.ts';
import { MaybeText, MemberId } from '../call-schemas.ts';
import { named, Time } from '../described.ts';

const text = Type.String();
const MaybeVersion = Type.Unsafe<number | null>({ type: ['integer', 'null'] });

/** A plain list of types: of a union the serialiser would try each member with a validator. */
function orNull<Properties extends TProperties>(schema: TObject<Properties>) {
  return Type.Unsafe<Type.Static<typeof schema> | null>({ ...schema, type: ['object', 'null'] } as TSchema);
}

const Who = Type.Object(
  {
    kind: Type.String({ description: 'staff, flow, provider, event-grid, deadline, server, unknown' }),
    words: text,
    role: Type.Optional(text),
    name: Type.Optional(text),
  },
  { title: 'Actor', description: 'An API key and whoever is on this machine are no persons' },
);

const Script = Type.Object({ id: text, version: Type.Integer(), hash: text });
const Spoken = Type.Object({ text, voice: text, audience: text, script: Script });
const Codes = Type.Object({ code: Type.Integer(), subCode: Type.Integer() });
const Cause = Type.Object({ version: MaybeVersion, what: text });
const State = Type.Object({
  status: text,
  disposition: MaybeText,
  position: text,
  positionWords: text,
  answers: Type.Array(Type.Object({ question: Type.Integer(), response: text })),
});

const Step = Type.Object({
  version: Type.Integer(),
  at: Time,
  kind: text,
  type: text,
  who: Who,
  what: text,
  spoken: orNull(Spoken),
  codes: orNull(Codes),
  cause: orNull(Cause),
  state: orNull(State),
  flaw: MaybeText,
});

const RawEntry = Type.Object({
  version: Type.Integer(),
  kind: text,
  type: text,
  id: text,
  at: Time,
  actor: text,
  cause: MaybeText,
  data: Type.String({ description: 'As it was received or written, to the byte' }),
  hash: text,
});

export const AnyId = Type.Object({ id: Type.String({ description: 'callSessionId, or an id of the provider’s' }) });
export const AnyMember = Type.Object({ id: Type.String({ description: 'memberId' }) });

export const ReplayQuery = Type.Object(
  {
    asOf: Type.Optional(
      Type.String({ maxLength: 40, description: 'A version, or a time with its zone: the call as it was known then' }),
    ),
    raw: Type.Optional(
      Type.Unsafe<'true' | 'false'>({ type: 'string', enum: ['true', 'false'], description: 'Needs x-reason' }),
    ),
  },
  { additionalProperties: false },
);

export const ReplayAnswer = Type.Object({
  callSessionId: text,
  memberId: MaybeText,
  phoneNumber: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Its last four digits' }),
  asOf: MaybeText,
  steps: Type.Array(named('ReplayStep', Step)),
  flaws: Type.Array(text),
  raw: Type.Optional(Type.Array(named('RawEntry', RawEntry))),
});

const Limit = Type.Optional(
  Type.String({ pattern: '^(?:[1-9][0-9]?|1[0-9][0-9]|200)$', default: '50', description: '1 to 200' }),
);

export const HistoryQuery = Type.Object(
  { limit: Limit, cursor: Type.Optional(Type.String({ maxLength: 1024 })) },
  { additionalProperties: false },
);

export const HistoryAnswer = Type.Object({
  memberId: text,
  items: Type.Array(
    Type.Object({
      kind: Type.String({ description: 'call, cancellation, look, export, request, disclosure' }),
      at: Time,
      id: text,
      who: Who,
      what: text,
      callSessionIds: Type.Array(text),
      disposition: MaybeText,
    }),
  ),
  flaws: Type.Array(text),
  nextCursor: MaybeText,
});

export const SearchQuery = Type.Object(
  {
    memberId: Type.Optional(MemberId),
    day: Type.Optional(Type.String({ maxLength: 10, description: 'UTC, such as 2026-03-02' })),
    from: Type.Optional(Type.String({ maxLength: 40, description: 'Begun at or after, ISO 8601' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'Begun before, ISO 8601' })),
    staff: Type.Optional(
      Type.String({
        pattern: '^[\\x21-\\x7e]{1,128}$',
        description: 'Who asked for the call or cancelled it; needs a member or a period',
      }),
    ),
    disposition: Type.Optional(Type.Unsafe<Disposition>({ title: 'Disposition', type: 'string', enum: DISPOSITIONS })),
    connectionId: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,1024}$' })),
    limit: Limit,
    cursor: Type.Optional(Type.String({ maxLength: 128 })),
  },
  { additionalProperties: false },
);

const Found = Type.Object({
  callSessionId: text,
  memberId: text,
  callConnectionId: MaybeText,
  status: text,
  disposition: MaybeText,
  questionnaire: text,
  createdAt: Time,
  updatedAt: Time,
  staff: Type.Array(Type.Object({ who: Who, did: text, at: Time })),
});

export const SearchAnswer = Type.Object({
  calls: Type.Array(named('FoundCall', Found)),
  looked: Type.Integer({ description: 'How many calls were looked at for this page' }),
  unreadable: Type.Array(text, { description: 'Calls that may match and cannot be read' }),
  nextCursor: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Also behind a page with few calls or none: a search for staff looks at so many at a time',
  }),
});

export const RequestBody = Type.Object(
  {
    kind: Type.Unsafe<RequestKind>({ title: 'RequestKind', type: 'string', enum: REQUEST_KINDS }),
    memberId: MemberId,
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  },
  { additionalProperties: false },
);

export const RequestAnswer = Type.Object({ requestId: text, kind: text, memberId: text, recordedAt: Time });
