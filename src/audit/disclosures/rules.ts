import type { Purpose } from '../access/look.ts';

/** Whether a disclosure for a purpose is told in an accounting (45 CFR 164.528(a)(1)), and why. */
export type PurposeRule = {
  readonly counts: boolean;
  readonly why: string;
  /** The purpose, as the member is told it. */
  readonly words: string;
};

/** The same as in the table of `src/audit/README.md`. In doubt a disclosure counts: what is told too much harms nobody's right. */
export const PURPOSE_RULES: Readonly<Record<Purpose, PurposeRule>> = {
  TREAT: { counts: false, why: 'treatment, (a)(1)(i)', words: 'treatment' },
  HPAYMT: { counts: false, why: 'payment, (a)(1)(i)', words: 'payment' },
  HOPERAT: { counts: false, why: 'health care operations, (a)(1)(i)', words: 'health care operations' },
  PATRQT: {
    counts: false,
    why: 'to the individual, (a)(1)(ii), or by their authorisation, (a)(1)(iv)',
    words: 'at your own request',
  },
  HLEGAL: {
    counts: true,
    why: 'law, courts and law enforcement, 164.512(a), (e), (f): nothing exempts them',
    words: 'required by law or for a legal proceeding (45 CFR 164.512)',
  },
  PUBHLTH: {
    counts: true,
    why: 'public health, 164.512(b): nothing exempts it',
    words: 'public health (45 CFR 164.512(b))',
  },
  BTG: {
    counts: true,
    why: 'says how somebody got in, not what for: nobody can say that it was treatment',
    words: 'an emergency, in which the usual rights were set aside',
  },
};

const UNKNOWN: PurposeRule = {
  counts: true,
  why: 'a purpose that this release does not know',
  words: 'not known to this release',
};

/** The rule of a purpose as the log has it, which a later release may have written. */
export function ruleOf(purpose: string): PurposeRule {
  return Object.hasOwn(PURPOSE_RULES, purpose) ? PURPOSE_RULES[purpose as Purpose] : UNKNOWN;
}
