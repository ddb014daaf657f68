import { isDeepStrictEqual } from 'node:util';
import type { CallRows, CallSessionRow, ReadStore } from '../../../projections/ports.ts';
import { rowsOf } from '../../../projections/rows.ts';
import { errorCode } from '../../base/coded-error.ts';
import type { Provider } from '../../domain/call/provider.ts';
import { foldCall } from '../../domain/call/stream.ts';
import type { Entry } from '../../domain/entries.ts';
import { isCallStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { Finding } from './findings.ts';

/** Compares read models with the log. Nothing is written. */
export type RowCheck = {
  /** A call's rows with its entries; rows that lag are compared with what they were made from. */
  ofStream(stream: string, entries: readonly Entry[]): Promise<readonly Finding[]>;
  /** Rows of calls that the log does not know; to be asked when every stream was looked at. */
  ofNoStream(log: Pick<CallEventLog, 'read'>): Promise<readonly Finding[]>;
};

const ROWS_PER_PAGE = 500;

/**
 * @param lateBefore ISO 8601 UTC: rows should show what was written before; they are made a moment after the entries
 */
export function createRowCheck(
  readStore: Pick<ReadStore, 'bySession' | 'list'>,
  providers: readonly Provider[],
  lateBefore: string,
): RowCheck {
  /** A hundred bytes a call: asking the log again for each would double the work. */
  const known = new Set<string>();
  return {
    async ofStream(stream, entries) {
      if (!isCallStream(stream) || entries.length === 0) return [];
      known.add(stream);
      const rows = await rowsOfCall(readStore, stream);
      if (rows === 'damaged') return [{ stream, version: 0, kind: 'row', detail: 'the row is damaged' }];
      const version = rows?.session.version ?? 0;
      const shown = rowsAt(providers, stream, entries.slice(0, version === 0 ? entries.length : version));
      // Its stream is shorter than the row, or makes no rows: both are found elsewhere, by the one who is told of versions.
      if (shown === null || entries.length < version) return [];
      const finding = (detail: string): Finding[] => [{ stream, version, kind: 'row', detail }];
      if (version < entries.length && entries.at(-1)!.at < lateBefore) return finding('there is none, or an old one');
      if (rows === null || isDeepStrictEqual(shown, rows)) return [];
      return finding(`differs in ${differing(shown, rows)}`);
    },
    async ofNoStream(log) {
      const findings: Finding[] = [];
      for await (const { callSessionId: stream } of allRows(readStore)) {
        if (known.has(stream) || (await log.read(stream)).length > 0) continue;
        findings.push({ stream, version: 0, kind: 'row', detail: 'a row of a call that the log does not know' });
      }
      return findings;
    },
  };
}

async function* allRows(readStore: Pick<ReadStore, 'list'>): AsyncGenerator<CallSessionRow> {
  let after: string | undefined;
  for (;;) {
    const page = await readStore.list({ filter: {}, limit: ROWS_PER_PAGE, ...(after !== undefined && { after }) });
    yield* page;
    after = page.at(-1)?.callSessionId;
    if (page.length < ROWS_PER_PAGE) return;
  }
}

async function rowsOfCall(
  readStore: Pick<ReadStore, 'bySession'>,
  stream: string,
): Promise<CallRows | null | 'damaged'> {
  try {
    return await readStore.bySession(stream);
  } catch (error) {
    if (errorCode(error) === 'READ_STORE_CORRUPT') return 'damaged';
    throw error;
  }
}

function rowsAt(providers: readonly Provider[], stream: string, entries: readonly Entry[]): CallRows | null {
  try {
    const state = foldCall(providers, stream, null, entries);
    return state && rowsOf(state);
  } catch {
    // Folding is pure: whatever it throws comes from these entries, of which no rows can be made.
    return null;
  }
}

/** Names of columns only: what a row holds is nobody's business here. */
function differing(shouldBe: CallRows, rows: CallRows): string {
  const names = Object.keys(shouldBe.session).filter(
    (name) => shouldBe.session[name as keyof CallRows['session']] !== rows.session[name as keyof CallRows['session']],
  );
  const answers = isDeepStrictEqual(shouldBe.responses, rows.responses) ? [] : ['answers'];
  return [...names, ...answers].join(', ');
}
