/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { createBoundedMap } from '../../base/bounded-map.ts';

const FORMAT: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
};

/** Some 2 MB. */
const MINUTES_MAX = 10_000;

/** Making one takes longer than a hundred uses of it, and a page has a hundred times. There are some hundred zones at most. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { ...FORMAT, timeZone });
  formats.set(timeZone, known);
  return known;
}

/** What a zone's clock shows in a minute of UTC: no zone of our time is off by seconds, and pages show the same minutes again. */
const minutes = createBoundedMap<readonly [before: string, after: string]>(MINUTES_MAX);

function minuteIn(minute: string, zone: string): readonly [before: string, after: string] {
  const key = `${zone} ${minute}`;
  const known = minutes.get(key);
  if (known) return known;
  const parts = formatIn(zone).formatToParts(new Date(`${minute}:00.000Z`));
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const day = `${part('weekday')} ${part('day')} ${part('month')}`;
  const made = [`${day}, ${part('hour')}:${part('minute')}`, part('timeZoneName')] as const;
  minutes.set(key, made);
  return made;
}

/** `Tue 24 Nov, 10:03:07 PST`. @param at ISO 8601 UTC. @param zone an IANA name */
export function timeWords(at: string, zone: string): string {
  const utc = new Date(at).toISOString();
  const [before, after] = minuteIn(utc.slice(0, 16), zone);
  return `${before}:${utc.slice(17, 19)} ${after}`;
}

/** `10:03:07`, where the day and the zone stand beside it. */
export function clockWords(at: string, zone: string): string {
  return timeWords(at, zone).split(', ')[1]!.split(' ')[0]!;
}

/** A moment as people read it, and as machines do. */
export function Time({ at, zone = 'UTC' }: { readonly at: string; readonly zone?: string | undefined }): VNode {
  return <time dateTime={at}>{timeWords(at, zone)}</time>;
}
