import { PARTS, type Part, type Place, type PlacesRow, type Waiting } from '../../domain/places/row.ts';

/** A row as the Table service keeps it: texts of at most 64 KiB each, which it counts in UTF-16. */
export type PlacesProperties = Readonly<Record<string, unknown>>;

/** What is written of the row's form, for releases to come. */
const FORM = 1;
/** Of a property; some room is left. */
const CHARS_MAX = 32_000;
/** An entity holds 1 MiB (learn.microsoft.com, Table service data model): so many places of some 70 characters, and the rest. */
export const HELD_MAX = 6_000;

/** One line for each place, in as many properties as they need: `Held0`, `Held1` and so on. */
export function toProperties(row: PlacesRow): PlacesProperties {
  const held = row.held.map(
    ({ callSessionId, attempt, turnMs, by, isShared }) =>
      `${callSessionId} ${attempt} ${turnMs} ${by} ${isShared ? 1 : 0}`,
  );
  const waiting = row.waiting.map(({ callSessionId, attempt, part }) => `${callSessionId} ${attempt} ${part}`);
  return {
    Form: FORM,
    ...Object.fromEntries(pieces(held).map((text, index) => [`Held${index}`, text])),
    Waiting: waiting.join('\n'),
    Normals: row.normals,
    NextMs: String(row.nextMs),
    PausedUntilMs: String(row.pausedUntilMs),
  };
}

/** @returns null for what no release has written that we know of */
export function readRow(properties: PlacesProperties): PlacesRow | null {
  const { Form, Waiting: waitingText, Normals } = properties;
  const [nextMs, pausedUntilMs] = [Number(properties['NextMs']), Number(properties['PausedUntilMs'])];
  if (Form !== FORM || typeof waitingText !== 'string' || !Number.isFinite(nextMs + pausedUntilMs)) return null;
  const held = linesOf(heldText(properties)).map(toPlace);
  const waiting = linesOf(waitingText).map(toWaiting);
  if (held.includes(null) || waiting.includes(null)) return null;
  return {
    held: held.filter((place) => place !== null),
    waiting: waiting.filter((one) => one !== null),
    normals: Number(Normals) || 0,
    nextMs,
    pausedUntilMs,
  };
}

function pieces(lines: readonly string[]): readonly string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < CHARS_MAX) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts;
}

function heldText(properties: PlacesProperties): string {
  const texts: string[] = [];
  for (let index = 0; typeof properties[`Held${index}`] === 'string'; index += 1)
    texts.push(properties[`Held${index}`] as string);
  return texts.join('\n');
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

function toPlace(line: string): Place | null {
  const [callSessionId, attempt, turnMs, by, isShared] = line.split(' ');
  if (!callSessionId || !by || isShared === undefined) return null;
  const [number, turn] = [Number(attempt), Number(turnMs)];
  if (!Number.isSafeInteger(number) || !Number.isFinite(turn)) return null;
  return { callSessionId, attempt: number, turnMs: turn, by, isShared: isShared === '1' };
}

function toWaiting(line: string): Waiting | null {
  const [callSessionId, attempt, part] = line.split(' ');
  const number = Number(attempt);
  if (!callSessionId || !Number.isSafeInteger(number) || !PARTS.includes(part as Part)) return null;
  return { callSessionId, attempt: number, part: part as Part };
}
