import type { AccessStore } from '../../../projections/access.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { Entry } from '../../domain/entries.ts';
import { isAccessStream } from '../../domain/streams.ts';
import { accessRecords } from '../access/records.ts';
import type { Finding } from './findings.ts';

/** Compares the rows of who looked with the log. Nothing is written. */
export type AccessCheck = {
  /** Rows that lag are compared with what they were made from. */
  ofStream(stream: string, entries: readonly Entry[]): Promise<readonly Finding[]>;
  /** Rows of streams that the log does not know; to be asked when every stream was looked at. */
  ofNoStream(): Promise<readonly Finding[]>;
};

export function createAccessCheck(store: Pick<AccessStore, 'versions' | 'streams' | 'ofStream'>): AccessCheck {
  const known = new Set<string>();
  return {
    async ofStream(stream, entries) {
      if (!isAccessStream(stream) || entries.length === 0) return [];
      known.add(stream);
      const version = (await store.versions([stream])).get(stream) ?? 0;
      const shouldBe = accessRecords(stream, entries.slice(0, version)).records;
      const rows = await store.ofStream(stream);
      if (canonicalJson(rows) === canonicalJson(shouldBe)) return [];
      const place = rows.findIndex((row, index) => canonicalJson(row) !== canonicalJson(shouldBe[index] ?? null));
      const at = (place < 0 ? shouldBe[rows.length] : (shouldBe[place] ?? rows[place]))?.version ?? 0;
      return [{ stream, version: at, kind: 'access-record' }];
    },
    async ofNoStream() {
      const streams = await store.streams();
      return streams
        .filter((stream) => !known.has(stream))
        .map((stream) => ({
          stream,
          version: 0,
          kind: 'access-record',
          detail: 'rows of a stream that the log lacks',
        }));
    },
  };
}
