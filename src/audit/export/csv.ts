import { csvLine } from '../../base/csv.ts';
import type { Provider } from '../../domain/call/provider.ts';
import { foldCall } from '../../domain/call/stream.ts';
import { callDisposition, callStatus } from '../../domain/call/summary.ts';
import type { Entry } from '../../domain/entries.ts';
import { isCallStream } from '../../domain/streams.ts';
import { linesOf } from './check/lines.ts';
import { readLine } from './check/read-line.ts';

/** A call of an export, for people. `flaw`: why there is no more of it. */
type CallRow = {
  readonly callSessionId: string;
  readonly memberId: string;
  readonly begun: string;
  readonly updated: string;
  readonly status: string;
  readonly disposition: string;
  readonly script: string;
  readonly answers: readonly string[];
  readonly flaw: string;
};

const COLUMNS = [
  'callSessionId',
  'memberId',
  'begun',
  'updated',
  'status',
  'disposition',
  'script',
  'flaw',
] as const satisfies readonly (keyof CallRow)[];

/**
 * The calls of an export and their answers as CSV (RFC 4180, a byte order mark before it, which spreadsheets need for UTF-8).
 * @param read the file from its beginning; it is read twice: first for how many answers there are columns
 */
export async function* csvOf(
  read: () => AsyncIterable<Buffer>,
  providers: readonly Provider[],
): AsyncGenerator<string> {
  let questions = 0;
  for await (const { answers } of callsIn(read(), providers)) questions = Math.max(questions, answers.length);
  const titles = Array.from({ length: questions }, (_, index) => `answer${index + 1}`);
  yield `\ufeff${csvLine([...COLUMNS, ...titles])}`;
  for await (const row of callsIn(read(), providers)) {
    const answers = titles.map((_, index) => row.answers[index] ?? '');
    yield csvLine([...COLUMNS.map((name) => row[name]), ...answers]);
  }
}

async function* callsIn(chunks: AsyncIterable<Buffer>, providers: readonly Provider[]): AsyncGenerator<CallRow> {
  let name: string | null = null;
  let entries: Entry[] = [];
  let isWhole = true;
  const close = (): CallRow[] =>
    name !== null && isCallStream(name) ? [rowOf(name, { entries, isWhole }, providers)] : [];
  for await (const { lines } of linesOf(chunks)) {
    for (const { text } of lines) {
      const line = text === null ? null : readLine(text);
      if (!line) continue;
      if ('entry' in line && name !== null) entries.push({ ...line.entry, stream: name });
      if ('withheld' in line) isWhole = false;
      if ('entry' in line || 'withheld' in line) continue;
      yield* close();
      name = 'stream' in line ? line.stream.name : null;
      entries = [];
      isWhole = true;
    }
  }
  yield* close();
}

type Read = { readonly entries: readonly Entry[]; readonly isWhole: boolean };

function rowOf(callSessionId: string, { entries, isWhole }: Read, providers: readonly Provider[]): CallRow {
  const nothing = { callSessionId, memberId: '', begun: '', updated: '', status: '', disposition: '', script: '' };
  if (entries[0]?.version !== 1) return { ...nothing, answers: [], flaw: 'its first entry is withheld' };
  try {
    const state = foldCall(providers, callSessionId, null, entries);
    if (!state) return { ...nothing, answers: [], flaw: 'its first entry begins no call' };
    const { questionnaire, answers } = state;
    const byNumber = new Map(answers.map(({ question, response }) => [question, response]));
    return {
      callSessionId,
      memberId: state.initiate.memberId,
      begun: state.createdAt,
      updated: state.updatedAt,
      status: callStatus(state),
      disposition: callDisposition(state) ?? 'open',
      script: `${questionnaire.id}@${questionnaire.version}`,
      answers: Array.from({ length: state.initiate.questions }, (_, index) => byNumber.get(index + 1) ?? ''),
      flaw: isWhole ? '' : 'entries are withheld: the rest may say more',
    };
  } catch {
    return { ...nothing, answers: [], flaw: 'its entries cannot be read as a call' };
  }
}
