import { type AccessRecord, type AccessRecords, nameOfActor } from '../../../projections/access.ts';
import type { Entry } from '../../domain/entries.ts';
import { LOOK, REFUSAL, REFUSALS } from './entries.ts';

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** The rows that entries of an access stream make. What is damaged, or of a type that is not known, makes none. */
export function accessRecords(stream: string, entries: readonly Entry[]): AccessRecords {
  const records = entries.flatMap((entry) => recordOf(stream, entry) ?? []);
  return { stream, version: entries.at(-1)?.version ?? 0, records };
}

function recordOf(stream: string, entry: Entry): AccessRecord | null {
  const { version, at, actor, hash } = entry;
  const body = bodyOf(entry);
  if (!body || !TIME.test(at)) return null;
  const found = aboutOf(entry.type, body);
  if (!found) return null;
  return {
    recordId: `${at}-${String(version).padStart(4, '0')}-${hash.slice(0, 12)}`,
    stream,
    version,
    at,
    actor,
    name: nameOfActor(actor),
    kind: textOf(body['by']) ?? 'unknown',
    roles: textsOf(body['roles']),
    purpose: textOf(body['purpose']),
    reason: textOf(body['reason']),
    requestId: textOf(body['requestId']),
    address: textOf(body['address']),
    calls: textsOf(body['calls']),
    members: textsOf(body['members']),
    fields: textsOf(body['fields']),
    ...found,
  };
}

type Body = Readonly<Record<string, unknown>>;

function aboutOf(type: string, body: Body): Pick<AccessRecord, 'action' | 'coversMs' | 'refused'> | null {
  switch (type) {
    case LOOK: {
      const action = textOf(body['action']);
      return action === null ? null : { action, coversMs: countOf(body['coversMs']), refused: null };
    }
    case REFUSAL:
      return { action: 'refused', coversMs: null, refused: 1 };
    case REFUSALS: {
      const counts = Object.values(bodyIn(body['counts']) ?? {});
      const refused = counts.reduce((sum: number, count) => sum + (countOf(count) ?? 0), 0);
      return { action: 'refused', coversMs: null, refused };
    }
    default:
      return null;
  }
}

function bodyOf({ data }: Entry): Body | null {
  try {
    return bodyIn(JSON.parse(data));
  } catch {
    return null;
  }
}

function bodyIn(value: unknown): Body | null {
  return typeof value === 'object' && value !== null ? (value as Body) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function countOf(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}
