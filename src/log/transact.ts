import { EMPTY_HEAD, type Entry, type Head, headOf, type NewEntry } from '../domain/entries.ts';
import { hashEntry } from './hash-chain.ts';
import { type CallEventLog, LogError } from './port.ts';

/** A stream as far as it was read: what its entries mean, and where they end. */
export type Folded<State> = { readonly state: State; readonly head: Head };

/** How a stream is read. */
export type Reading<State> = {
  readonly stream: string;
  /** The state of a stream without entries, new each time: `fold` may go on in it. */
  empty(): State;
  /** The state after these entries, the next of the stream. */
  fold(state: State, entries: readonly Entry[]): State;
};

/** What a state calls for: entries to append, none when it holds them already, and what to tell whoever asked. */
export type ToAppend<Answer> = { readonly entries: readonly NewEntry[]; readonly answer: Answer };

export type Transaction<State, Answer> = Reading<State> & {
  /** What is known of the stream already, so that an append costs one request; absent: it is read first. */
  readonly known?: Folded<State> | undefined;
  /** May be asked again, each time about what the stream holds by then. */
  decide(state: State, head: Head): ToAppend<Answer> | Promise<ToAppend<Answer>>;
};

/** `state`: what was decided upon, without the entries that were appended; `head`: where the stream ends with them. */
export type Transacted<State, Answer> = Folded<State> & {
  readonly answer: Answer;
  readonly appended: readonly Entry[];
  /** Whether somebody else had appended first. */
  readonly readAgain: boolean;
};

/** More rivals than instances and staff could be at once: something is broken. Stop, loudly. */
const RIVALS_MAX = 50;

/**
 * The one write path of the log: read, fold, decide, append, and decide again when somebody else has appended first. An
 * append takes the stream's current head, so whoever appends has folded the whole stream, and of all who decide upon the
 * same head one wins.
 * @throws LogError as `append` and `read` do; LOG_UNAVAILABLE, too, when rivals are always quicker. What `decide` throws.
 */
export async function transact<State, Answer>(
  log: Pick<CallEventLog, 'read' | 'append'>,
  transaction: Transaction<State, Answer>,
): Promise<Transacted<State, Answer>> {
  const { stream, known } = transaction;
  let at = known ?? (await readOn(log, transaction));
  for (let rivals = 0; rivals < RIVALS_MAX; rivals += 1) {
    const { entries, answer } = await transaction.decide(at.state, at.head);
    const readAgain = rivals > 0;
    if (entries.length === 0) return { ...at, answer, appended: [], readAgain };
    const result = await log.append(stream, at.head, entries);
    if (!('conflict' in result)) {
      return { state: at.state, head: headOf(result.entries), answer, appended: result.entries, readAgain };
    }
    at = await readOnAfterConflict(log, transaction, at);
  }
  throw new LogError('LOG_UNAVAILABLE', `stream ${stream} is contended`);
}

/**
 * Reads what a stream has beyond what is known of it.
 * @throws LogError
 */
export async function readOn<State>(
  log: Pick<CallEventLog, 'read'>,
  { stream, empty, fold }: Reading<State>,
  known: Folded<State> = { state: empty(), head: EMPTY_HEAD },
): Promise<Folded<State>> {
  const entries = await log.read(stream, known.head.version + 1);
  if (entries.length === 0) return known;
  return { state: fold(known.state, entries), head: headOf(entries, known.head) };
}

/**
 * Another head in the store may also mean that what was known is not what the store holds, as after a restore. Then nothing of
 * it is kept: what follows must be chained to it.
 */
async function readOnAfterConflict<State>(
  log: Pick<CallEventLog, 'read'>,
  reading: Reading<State>,
  known: Folded<State>,
): Promise<Folded<State>> {
  const further = await log.read(reading.stream, known.head.version + 1);
  const [next] = further;
  if (!next || hashEntry(known.head.hash, reading.stream, next.version, next) !== next.hash)
    return readOn(log, reading);
  return { state: reading.fold(known.state, further), head: headOf(further) };
}
