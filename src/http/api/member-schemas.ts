import Type from 'typebox';
import type { Member } from '../../domain/member/members.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import { MaybeText } from './call-schemas.ts';
import { named } from './described.ts';

export const DEFAULT_PAGE = '50';

export const MembersQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.String({ pattern: '^(?:[1-9][0-9]{0,2}|1000)$', default: DEFAULT_PAGE, description: '1 to 1000' }),
    ),
    cursor: Type.Optional(Type.String({ maxLength: 1_024 })),
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'What the id begins with. Nothing else can be searched for: an address is no place for names',
      }),
    ),
    include: Type.Optional(
      Type.Unsafe<'details'>({
        type: 'string',
        enum: ['details'],
        description: 'Whole numbers and names; needs a reason in the header x-reason, which stands in the log',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Ids are the plan's own, so they may be any text. */
export const MEMBER_ID = /^[^\p{Cc}]{1,128}$/u;

export const SearchBody = Type.Object(
  {
    text: Type.String({
      minLength: 2,
      maxLength: 100,
      description:
        'What the id or words of the name begin with, or at least the last four digits of the number, written as people do',
    }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
    cursor: Type.Optional(Type.String({ maxLength: 1_024 })),
    include: Type.Optional(
      Type.Unsafe<'details'>({
        type: 'string',
        enum: ['details'],
        description: 'Whole numbers and names; needs a reason in the header x-reason, which stands in the log',
      }),
    ),
  },
  { additionalProperties: false },
);

const Shown = Type.Object({
  memberId: Type.String(),
  phoneNumber: Type.String({ description: 'Its last four digits; the rest is hidden, but for details' }),
  name: Type.Optional(MaybeText),
  timeZone: MaybeText,
});
export const MembersShown = Type.Object({ members: Type.Array(named('Member', Shown)), nextCursor: MaybeText });
export const FoundShown = Type.Object({
  ...MembersShown.properties,
  isPartial: Type.Boolean({
    description: 'Whether more are like that than are looked at, so that these are some of them: write more of it',
  }),
});

/** A member of a list. @param isWhole with the name and the whole number */
export function shownMember({ memberId, phoneNumber, name, timeZone }: Member, isWhole: boolean) {
  const zone = timeZone ?? null;
  if (isWhole) return { memberId, phoneNumber, name: name ?? null, timeZone: zone };
  return { memberId, phoneNumber: maskNumber(phoneNumber), timeZone: zone };
}

export const MemberShown = Type.Object({
  memberId: Type.String(),
  phoneNumber: Type.String({ description: 'Its last four digits; the rest is hidden' }),
  hasName: Type.Boolean(),
  timeZone: MaybeText,
});
export const NumberShown = Type.Object({ memberId: Type.String(), phoneNumber: Type.String() });
export const Removed = Type.Object({ memberId: Type.String(), status: Type.Literal('removed') });

const Flag = Type.Unsafe<'true' | 'false'>({ type: 'string', enum: ['true', 'false'], default: 'false' });
export const ImportQuery = Type.Object(
  {
    preview: Type.Optional(Flag),
    skipBad: Type.Optional(Flag),
    country: Type.Optional(
      Type.String({ pattern: '^[A-Za-z]{2}$', description: 'Whose national numbers are understood, such as US' }),
    ),
  },
  { additionalProperties: false },
);

const Group = Type.Object({
  code: Type.String(),
  column: Type.Optional(Type.String()),
  isWarning: Type.Boolean(),
  message: Type.String(),
  count: Type.Integer(),
  lines: Type.Array(Type.Integer(), { description: 'The first five' }),
});
export const Imported = Type.Object({
  preview: Type.Boolean(),
  imported: Type.Integer({ description: 'Of a preview: how many would be' }),
  new: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  badRecords: Type.Integer(),
  problems: Type.Array(named('ImportProblem', Group)),
});
