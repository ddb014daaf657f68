import { dirname } from 'node:path';
import { CODE, COMPUTED, type Import, importsOf, type Source } from './imports.ts';

/**
 * Every room of the house, from the inside out, with what its files may import beside each other. A room may only name what
 * stands above it, so no arrow runs back up and no circle can be drawn. The most precise row counts.
 *
 * A place is a file, a folder with all that is in it (`src/base/`), or the files that lie directly in a folder and have no row
 * of their own (`src/log/*`).
 * A package is named as it is imported; what ends in `/` or `:` is the beginning of names. `types:` lets in types only.
 */
export type Rooms = Readonly<Record<string, readonly string[]>>;

const LINES_MAX = 300;

/** The room that a file is in: the most precise row that names its place; null when none does. */
export function roomOf(rooms: Rooms, file: string): string | null {
  const [room] = Object.keys(rooms)
    .filter((place) => isIn(place, file))
    .sort((one, other) => precision(other) - precision(one));
  return room ?? null;
}

/** What of the walls does not hold, one line each. */
export function strangers(rooms: Rooms, sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const room = roomOf(rooms, source.file);
    if (room === null) return [`${source.file} is in no room`];
    const foreign = importsOf(source).filter((one) => !isAllowed(rooms, room, one));
    return [...new Set(foreign.map(({ target }) => `${source.file} -> ${target}`))];
  });
}

/** Rows that name a place which does not stand above them: the arrow would run back up, or in a circle. */
export function upwardRows(rooms: Rooms): string[] {
  const order = Object.keys(rooms);
  return order.flatMap((room, index) => {
    const places = rooms[room]!.map((rule) => rule.replace(/^types:/, '')).filter(isPlace);
    return places.flatMap((place) => {
      const later = order
        .slice(index + 1)
        .find((other) => other === place || (!place.endsWith('/*') && isIn(place, other)));
      return later === undefined ? [] : [`${room} names ${place}, and ${later} stands below it`];
    });
  });
}

/** Rules that no import needs: a door that nobody uses is better a wall. */
export function idleRules(rooms: Rooms, sources: readonly Source[], everybodys: readonly string[]): string[] {
  return Object.entries(rooms).flatMap(([room, rules]) => {
    const within = sources.filter(({ file }) => roomOf(rooms, file) === room).flatMap(importsOf);
    const idle = rules.filter(
      (rule) => !everybodys.includes(rule) && !within.some((one) => isLetInBy(rooms, rule, one)),
    );
    return idle.map((rule) => `${room} needs no ${rule}`);
  });
}

/** Rows without a file: a room that nobody is in says nothing of the house. */
export function emptyRooms(rooms: Rooms, sources: readonly Source[]): string[] {
  const lived = new Set(sources.map(({ file }) => roomOf(rooms, file)));
  return Object.keys(rooms).filter((room) => !lived.has(room));
}

export function longFiles(sources: readonly Source[]): string[] {
  return sources.flatMap(({ file, text }) => {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    return lines > LINES_MAX ? [`${file} has ${lines} lines`] : [];
  });
}

/** Files that import each other in a circle, types included: neither can be read without the other. */
export function circles(sources: readonly Source[]): string[] {
  const targets = new Map(
    sources.map((source) => [source.file, importsOf(source).map(({ target }) => target)] as const),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) found.push([...way.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return found;
}

function isAllowed(rooms: Rooms, room: string, { target, typeOnly }: Import): boolean {
  if (target === COMPUTED) return false;
  if (isPlace(target) && roomOf(rooms, target) === room) return true;
  return rooms[room]!.some((rule) => isLetInBy(rooms, rule, { target, typeOnly }));
}

function isLetInBy(rooms: Rooms, rule: string, { target, typeOnly }: Import): boolean {
  const typesOnly = rule.startsWith('types:');
  const place = rule.slice(typesOnly ? 'types:'.length : 0);
  const isThere = place.endsWith('/*') ? roomOf(rooms, target) === place : isIn(place, target);
  return isThere && (typeOnly || !typesOnly);
}

/** Whether a file or package is what the place or package names. */
function isIn(place: string, target: string): boolean {
  if (place.endsWith('/*')) return CODE.test(target) && dirname(target) === place.slice(0, -2);
  if (place.endsWith('/') || place.endsWith(':')) return target.startsWith(place);
  return target === place || (!CODE.test(place) && target.startsWith(`${place}/`));
}

function isPlace(name: string): boolean {
  return /^(src|projections)\//.test(name);
}

/** A file before a folder's own files, these before the folder, the deeper folder before the higher one. */
function precision(place: string): number {
  if (CODE.test(place)) return Number.POSITIVE_INFINITY;
  return place.replace('*', '').length * 2 + (place.endsWith('*') ? 1 : 0);
}
