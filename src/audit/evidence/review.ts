import { createHash } from 'node:crypto';
import type { AccessRecord } from '../../../projections/access.ts';
import { withoutNumbers } from '../replay/command-words.ts';
import type { AccessCounts, MonthReview } from './api.ts';
import type { SignOff } from './entries.ts';
import { wholeMonth } from './months.ts';

type Seen = Pick<AccessRecord, 'at' | 'actor' | 'kind' | 'action' | 'purpose' | 'reason' | 'refused'>;

/** Counts looks, whatever their order. */
export function countAccess() {
  const counts = { looks: 0, refusals: 0, glassBroken: 0 };
  const [byKind, byAction] = [new Map<string, number>(), new Map<string, number>()];
  return {
    add({ kind, action, purpose, refused }: Seen): void {
      if (refused !== null) {
        counts.refusals += refused;
        return;
      }
      counts.looks += 1;
      if (purpose === 'BTG') counts.glassBroken += 1;
      count(byKind, kind);
      count(byAction, action);
    },
    sum: (): AccessCounts => ({ ...counts, byKind: sorted(byKind), byAction: sorted(byAction) }),
  };
}

/** Counts the looks of one month by who looked, and lists those that broke the glass. */
export function reviewMonth(month: string) {
  const whole = countAccess();
  const actors = new Map<string, ReturnType<typeof countAccess>>();
  const broken: string[] = [];
  return {
    add(look: Seen): void {
      whole.add(look);
      const who = `${look.actor} (${look.kind})`;
      const own = actors.get(who) ?? countAccess();
      actors.set(who, own);
      own.add(look);
      if (look.purpose === 'BTG' && look.refused === null) broken.push(brokenLine(look));
    },
    /** @param now ISO 8601 UTC */
    end(signOffs: readonly SignOff[], now: string): MonthReview {
      const { looks, refusals, glassBroken } = whole.sum();
      const counts = { looks, refusals, glassBroken, actors: actors.size };
      const lines = [...actors].map(([who, own]) => actorLine(who, own.sum())).sort();
      const text = [...heading(month, counts), ...lines, ...broken.sort()].map((line) => `${line}\n`).join('');
      return { month, counts, text, sha256: sha256(text), isOver: wholeMonth(month).to <= now, signOffs };
    },
  };
}

function heading(month: string, { looks, refusals, glassBroken, actors }: MonthReview['counts']): string[] {
  return [
    `Access to members’ data in ${month} (UTC)`,
    `looks ${looks}, by ${actors} actors; requests turned away ${refusals}; glass broken ${glassBroken}`,
  ];
}

function actorLine(who: string, { looks, refusals, byAction }: AccessCounts): string {
  const what = Object.entries(byAction).map(([action, times]) => `${action} ${times}`);
  if (refusals > 0) what.push(`turned away ${refusals}`);
  return `${who}: looks ${looks}: ${what.join(', ')}`;
}

function brokenLine({ at, actor, action, reason }: Seen): string {
  return `glass broken ${at} ${actor}: ${action}: ${toldReason(reason) ?? 'no reason'}`;
}

/** What people write may hold a number, or break a line. */
export function toldReason(reason: string | null): string | null {
  return reason === null ? null : withoutNumbers(reason.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' '));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** In the order of names, so that the same counts read the same. */
export function sorted(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
