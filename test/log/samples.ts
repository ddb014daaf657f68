import * as assert from 'uvu/assert';
import type { Entry, NewEntry } from '../../src/domain/entries.ts';
import { type AppendResult, LogError, type LogErrorCode } from '../../src/log/port.ts';

/** An entry with nothing special about it but what is given. */
export function newEntry(id: string, rest: Partial<NewEntry> = {}): NewEntry {
  const data = `{"id":"${id}"}`;
  return {
    kind: 'callback',
    type: 'Test',
    id,
    at: '2024-05-01T13:00:00.000Z',
    actor: 'acs',
    cause: null,
    data,
    ...rest,
  };
}

/** The entries of an append that has to succeed. */
export function accepted(result: AppendResult): readonly Entry[] {
  if ('conflict' in result) assert.unreachable('the append was refused');
  return 'entries' in result ? result.entries : [];
}

export async function rejectsWith(code: LogErrorCode, promise: Promise<unknown>): Promise<LogError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LogError)) throw new Error(`expected a LogError ${code}, not ${String(error)}`);
  assert.is(error.code, code);
  return error;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
