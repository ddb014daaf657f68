import { Type } from 'typebox';
import { MaybeText, MemberId } from '../call-schemas.ts';
import { Time } from '../described.ts';

const text = Type.String();

/** Something must stand in it, and no control character. */
export function Words(most: number, description: string) {
  return Type.String({
    minLength: 1,
    maxLength: most,
    pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
    description,
  });
}

export const PeriodQuery = Type.Object(
  {
    from: Type.Optional(Type.String({ maxLength: 40, description: 'At or after, ISO 8601' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'Before, ISO 8601' })),
  },
  { additionalProperties: false },
);

export const AccountingAnswer = Type.Object({
  memberId: text,
  from: Time,
  to: Time,
  disclosures: Type.Array(
    Type.Object({
      date: text,
      recipient: Type.Object({ name: text, address: MaybeText }),
      what: text,
      purpose: text,
      source: Type.Object({ stream: text, version: Type.Integer() }),
    }),
    { description: 'Oldest first; the member is given these' },
  ),
  suspended: Type.Array(Type.Object({ agency: text, until: text, disclosures: Type.Integer() }), {
    description: 'Not for the member: what an agency’s statement keeps out for a while',
  }),
  flaws: Type.Array(text, { description: 'Not for the member: what cannot be read' }),
});

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Such as 2026-03-02' });
const Reason = Words(500, 'Why it is recorded; the member is not told it');

export const DisclosureBody = Type.Object(
  {
    memberId: MemberId,
    recipient: Words(200, 'Who received it'),
    address: Type.Optional(Words(300, 'Where, if that is known')),
    what: Words(500, 'What was disclosed, briefly'),
    purpose: Words(500, 'What for, briefly'),
    on: Day,
    reason: Reason,
  },
  { additionalProperties: false },
);

export const SuspensionBody = Type.Object(
  {
    memberId: MemberId,
    agency: Words(200, 'As it is named as a recipient'),
    until: Day,
    oral: Type.Optional(Type.Boolean({ description: 'Said, and not written: 30 days at most' })),
    reason: Words(500, 'Its statement'),
  },
  { additionalProperties: false },
);

export const RecordedAnswer = Type.Object({ id: text, memberId: text, recordedAt: Time });
