import { EMPTY_HEAD, type Entry, headOf } from '../../src/domain/entries.ts';
import { chain } from '../../src/log/hash-chain.ts';
import { hourOf } from '../../src/log/hours.ts';
import type { CallEventLog } from '../../src/log/port.ts';

export type LogContent = { readonly streams: Map<string, Entry[]>; readonly register: Map<string, Set<string>> };

/** A log in memory, for what nobody can do with a real one: restore it while it is open, or change what it holds. */
export type MemoryLog = CallEventLog & {
  readonly content: LogContent;
  backup(): LogContent;
  restore(backup: LogContent): void;
  /** Changes the data of an entry and hashes the stream again, as somebody does who knows the code. */
  forge(stream: string, version: number, data: string): void;
};

export function memoryLog(): MemoryLog {
  const content: LogContent = { streams: new Map(), register: new Map() };
  return {
    content,
    async read(stream, fromVersion = 1) {
      return (content.streams.get(stream) ?? []).filter(({ version }) => version >= fromVersion);
    },
    async append(stream, head, entries) {
      const stored = content.streams.get(stream) ?? [];
      const now = headOf(stored);
      if (now.version !== head.version || now.hash !== head.hash) return { conflict: true };
      const placed = chain(head, stream, entries);
      content.streams.set(stream, [...stored, ...placed]);
      return { entries: placed };
    },
    async register(stream, at) {
      const streams = content.register.get(hourOf(at)) ?? new Set();
      content.register.set(hourOf(at), streams.add(stream));
    },
    async *registered(since) {
      const from = since === undefined ? '' : hourOf(since);
      const seen = new Set<string>();
      for (const hour of [...content.register.keys()].sort()) {
        if (hour < from) continue;
        for (const stream of content.register.get(hour)!) {
          if (!seen.has(stream)) yield stream;
          seen.add(stream);
        }
      }
    },
    async probe() {},
    async close() {},
    backup: () => structuredClone(content),
    restore(backup) {
      for (const key of ['streams', 'register'] as const) {
        content[key].clear();
        for (const [name, value] of structuredClone(backup)[key])
          (content[key] as Map<string, unknown>).set(name, value);
      }
    },
    forge(stream, version, data) {
      const entries = content.streams.get(stream)!;
      const changed = entries.map((entry) => (entry.version === version ? { ...entry, data } : entry));
      content.streams.set(stream, chain(EMPTY_HEAD, stream, changed));
    },
  };
}
