import type { CallResponseRow, CallRows, CallSessionRow, ReadStore } from '../../../projections/ports.ts';
import { rowsOf } from '../../../projections/rows.ts';
import type { Provider } from '../../domain/call/provider.ts';
import { foldCall } from '../../domain/call/stream.ts';
import type { Entry } from '../../domain/entries.ts';
import { isCallStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { Witnessed } from './chain.ts';
import type { Finding } from './findings.ts';
import { readRows, unlessDamaged } from './read-rows.ts';

/** Compares read models with the log. Nothing is written. */
export type RowCheck = {
  /** Reads the rows of these calls, all at once. To be asked before their entries are read. */
  of(streams: readonly string[]): Promise<RowsOfStreams>;
  /** Rows of calls that the log does not know; to be asked when every stream was looked at. */
  ofNoStream(log: Pick<CallEventLog, 'read'>): Promise<readonly Finding[]>;
};

/** The rows of some calls. */
export type RowsOfStreams = {
  /** The version that the call's row shows; undefined: it has none that could be read. */
  witness(stream: string): Witnessed | undefined;
  /** A call's rows with its entries; rows that lag are compared with what they were made from. */
  also(stream: string, entries: readonly Entry[]): readonly Finding[];
};

const ROWS_PER_PAGE = 500;

/**
 * @param lateBefore ISO 8601 UTC: rows should show what was written before; they are made a moment after the entries
 */
export function createRowCheck(
  readStore: Pick<ReadStore, 'bySession' | 'bySessions' | 'versions' | 'list'>,
  providers: readonly Provider[],
  lateBefore: string,
): RowCheck {
  /** A hundred bytes a call: asking the log again for each would double the work. */
  const known = new Set<string>();

  function compareRows(
    stream: string,
    entries: readonly Entry[],
    rows: CallRows | 'damaged' | null,
  ): readonly Finding[] {
    if (rows === 'damaged') return [{ stream, version: 0, kind: 'row', detail: 'the row is damaged' }];
    const version = rows?.session.version ?? 0;
    const shown = rowsAt(providers, stream, entries.slice(0, version === 0 ? entries.length : version));
    // Its stream is shorter than the row, or makes no rows: both are found elsewhere, by the one who is told of versions.
    if (shown === null || entries.length < version) return [];
    const finding = (detail: string): Finding[] => [{ stream, version, kind: 'row', detail }];
    if (version < entries.length && entries.at(-1)!.at < lateBefore) return finding('there is none, or an old one');
    const names = rows === null ? [] : differing(shown, rows);
    return names.length === 0 ? [] : finding(`differs in ${names.join(', ')}`);
  }

  return {
    async of(streams) {
      const found = await readRows(readStore, streams.filter(isCallStream));
      return {
        witness(stream) {
          const version = found.get(stream)?.version;
          return version === undefined ? undefined : { version };
        },
        also(stream, entries) {
          if (!isCallStream(stream) || entries.length === 0) return [];
          known.add(stream);
          return compareRows(stream, entries, found.get(stream)?.rows ?? null);
        },
      };
    },
    async ofNoStream(log) {
      const findings: Finding[] = [];
      for await (const row of allRows(readStore)) {
        if (row === 'damaged') return [...findings, { stream: '', version: 0, kind: 'row', detail: NOT_LISTED }];
        const stream = row.callSessionId;
        if (known.has(stream) || (await log.read(stream)).length > 0) continue;
        findings.push({ stream, version: 0, kind: 'row', detail: 'a row of a call that the log does not know' });
      }
      return findings;
    },
  };
}

const NOT_LISTED = 'one is damaged, so there may be others behind it of calls that the log does not know';

/** Behind a page with a damaged row nobody can go on: it may be the row that says where. */
async function* allRows(readStore: Pick<ReadStore, 'list'>): AsyncGenerator<CallSessionRow | 'damaged'> {
  let after: string | undefined;
  for (;;) {
    const wanted = { filter: {}, limit: ROWS_PER_PAGE, ...(after !== undefined && { after }) };
    const page = await unlessDamaged(() => readStore.list(wanted));
    if (page === 'damaged') return yield page;
    yield* page;
    after = page.at(-1)?.callSessionId;
    if (page.length < ROWS_PER_PAGE) return;
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

/** Names of columns only: what a row holds is nobody's business here. None: the rows are the same. */
function differing(shouldBe: CallRows, { session, responses }: CallRows): readonly string[] {
  const names = columnsOf(shouldBe.session).filter((name) => shouldBe.session[name] !== session[name]);
  const isSame = shouldBe.responses.length === responses.length && shouldBe.responses.every(isSameAs(responses));
  return isSame ? names : [...names, 'answers'];
}

// Column by column: a comparison of whatever there is in any two objects takes five times as long.
function isSameAs(others: readonly CallResponseRow[]) {
  return (response: CallResponseRow, index: number): boolean =>
    columnsOf(response).every((name) => response[name] === others[index]?.[name]);
}

function columnsOf<Row extends object>(row: Row): (keyof Row)[] {
  return Object.keys(row) as (keyof Row)[];
}
