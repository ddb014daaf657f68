import { type Static, type TSchema, Type } from 'typebox';
import type { CallRows, CallSessionRow } from '../../../projections/ports.ts';
import type { CallStanding } from '../../app/api.ts';
import { PRIORITIES, type Priority } from '../../domain/call/bodies.ts';
import { CALL_STATUSES, type CallStatus } from '../../domain/call/call.ts';
import { DISPOSITIONS, type Disposition } from '../../domain/call/disposition.ts';
import { named, Time } from './described.ts';

// Plain `enum` and lists of types, not unions: the serialiser would try a union's members one by one with a validator.
export const Status = Type.Unsafe<CallStatus>({ title: 'CallStatus', type: 'string', enum: CALL_STATUSES });
const SomeDisposition = Type.Unsafe<Disposition>({ title: 'Disposition', type: 'string', enum: DISPOSITIONS });
export const MaybeDisposition = Type.Unsafe<Disposition | null>({
  type: ['string', 'null'],
  enum: [...DISPOSITIONS, null],
});
export const MaybeText = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const MemberId = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' });
const CallSessionId = Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' });

export const MemberParams = Type.Object({ memberId: MemberId });
export const CallParams = Type.Object({ callSessionId: CallSessionId });
export const StatusParams = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9._~-]{1,128}$', description: 'callSessionId or callConnectionId' }),
});

export const InitiateBody = Type.Object(
  {
    callbackUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
    priority: Type.Optional(
      Type.Unsafe<Priority>({
        title: 'Priority',
        type: 'string',
        enum: PRIORITIES,
        description: 'Default normal; low for campaigns, which then hold up no call that somebody waits for',
      }),
    ),
  },
  { additionalProperties: false },
);
export const CancelBody = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
);

export const Initiated = Type.Object({ callSessionId: Type.String(), status: Status });
export const Cancelling = Type.Object({ callSessionId: Type.String(), status: Type.Literal('Cancelling') });

const summary = {
  callSessionId: Type.String(),
  memberId: Type.String(),
  callConnectionId: MaybeText,
  status: Status,
  disposition: MaybeDisposition,
  questionnaire: Type.String(),
  createdAt: Time,
  updatedAt: Time,
};

const Response = Type.Object({
  questionNumber: Type.Integer(),
  response: Type.String(),
  recordedAt: Time,
});

export const CallDetails = Type.Object({
  ...summary,
  simulated: Type.Unsafe<boolean | null>({
    type: ['boolean', 'null'],
    description: 'Whether a simulator places the call, so that nobody is called; null: the log cannot be read',
  }),
  responses: Type.Array(named('Answer', Response)),
});

function Several<Value extends TSchema>(value: Value) {
  return Type.Array(value, { minItems: 1, description: 'One, or any of several: given again, or with commas between' });
}

export const CallQuery = Type.Object(
  {
    memberId: Type.Optional(MemberId),
    status: Type.Optional(Several(Status)),
    disposition: Type.Optional(Several(SomeDisposition)),
    questionnaire: Type.Optional(
      Type.String({ pattern: '^[^\\p{Cc}]{1,256}$', description: 'The script, as `id@version`' }),
    ),
    include: Type.Optional(
      Type.Unsafe<'responses'>({ type: 'string', enum: ['responses'], description: 'The answers of each call' }),
    ),
    from: Type.Optional(Type.String({ maxLength: 40, description: 'Created at or after, ISO 8601' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'Created before, ISO 8601' })),
    // Text, because types are not converted: that would also apply to bodies.
    limit: Type.Optional(
      Type.String({ pattern: '^(?:[1-9][0-9]?|1[0-9][0-9]|200)$', default: '50', description: '1 to 200' }),
    ),
    cursor: Type.Optional(Type.String({ maxLength: 128 })),
  },
  { additionalProperties: false },
);

const Listed = Type.Object({
  ...summary,
  responses: Type.Optional(Type.Array(named('Answer', Response), { description: 'Only with include=responses' })),
});

export type ListedCall = Static<typeof Listed>;

export const CallList = Type.Object({ calls: Type.Array(named('Call', Listed)), nextCursor: MaybeText });

/** A call as a list shows it, without its answers. */
export function listedRow(row: CallSessionRow): ListedCall {
  const { callSessionId, memberId, callConnectionId, status, disposition, questionnaire, createdAt, updatedAt } = row;
  return { callSessionId, memberId, callConnectionId, status, disposition, questionnaire, createdAt, updatedAt };
}

/** The same with its answers. */
export function listedCall({ session, responses }: CallRows): ListedCall {
  return {
    ...listedRow(session),
    responses: responses.map(({ questionNumber, response, recordedAt }) => ({ questionNumber, response, recordedAt })),
  };
}

/**
 * A call as its status is told. Name by name, here and above: what a spread makes is of a hidden class of its own each time (V8
 * 11.3), and every access to it is looked up anew.
 */
export function callDetails({ session, simulated, responses }: CallStanding): Static<typeof CallDetails> {
  const { callSessionId, memberId, callConnectionId, status, disposition, questionnaire, createdAt, updatedAt } =
    session;
  return {
    callSessionId,
    memberId,
    callConnectionId,
    status,
    disposition,
    questionnaire,
    createdAt,
    updatedAt,
    simulated,
    responses: [...responses],
  };
}
