import { isDay } from '../../base/times.ts';
import { withoutNumbers } from '../replay/command-words.ts';
import type { Accounting, Disclosure, SuspensionAsked } from './api.ts';
import type { Suspension } from './entries.ts';

/** How long a statement that was only said keeps disclosures out (45 CFR 164.528(a)(2)(ii)(C)). */
const ORAL_DAYS_MAX = 30;
const DAY_MS = 86_400_000;

/** Why accounting cannot be suspended so, in words; null: it can. @param before of the same member */
export function suspensionFlaw(asked: SuspensionAsked, before: readonly Suspension[], nowMs: number): string | null {
  if (!isDay(asked.until)) return 'until takes a day, such as 2026-03-02';
  if (asked.until <= dayOf(nowMs)) return 'until must lie ahead';
  if (!asked.oral) return null;
  // One oral statement behind the other would go on for ever without a written one.
  const running = before.filter((one) => one.oral && isSame(one.agency, asked.agency) && isInForce(one, nowMs));
  const sinceMs = Math.min(nowMs, ...running.map(({ at }) => Date.parse(at)));
  const last = dayOf(sinceMs + ORAL_DAYS_MAX * DAY_MS);
  return asked.until <= last ? null : `an oral statement holds for ${ORAL_DAYS_MAX} days at most, until ${last}`;
}

/** Parts what may be told from what an agency has asked to leave out. */
export function withoutSuspended(
  disclosures: readonly Disclosure[],
  suspensions: readonly Suspension[],
  nowMs: number,
): Pick<Accounting, 'disclosures' | 'suspended'> {
  const inForce = suspensions.filter((one) => isInForce(one, nowMs));
  const isOf =
    ({ recipient }: Disclosure) =>
    ({ agency }: Suspension) =>
      isSame(recipient.name, agency);
  const suspended = inForce.map(({ agency, until }) => {
    return {
      agency: withoutNumbers(agency),
      until,
      disclosures: disclosures.filter(({ recipient }) => isSame(recipient.name, agency)).length,
    };
  });
  return { disclosures: disclosures.filter((one) => !inForce.some(isOf(one))), suspended };
}

/** Until which day a recipient is not told of; null: it is. */
export function suspendedUntil(recipient: string, suspensions: readonly Suspension[], nowMs: number): string | null {
  const days = suspensions.filter((one) => isInForce(one, nowMs) && isSame(recipient, one.agency));
  return (
    days
      .map(({ until }) => until)
      .sort()
      .at(-1) ?? null
  );
}

function isInForce({ until }: Suspension, nowMs: number): boolean {
  return dayOf(nowMs) < until;
}

function isSame(name: string, other: string): boolean {
  return plainName(name) === plainName(other);
}

/** Of a disclosure the name is known without numbers only. */
function plainName(name: string): string {
  return withoutNumbers(name).normalize('NFC').trim().toLowerCase();
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
