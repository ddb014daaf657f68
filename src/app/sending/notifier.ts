import type { DueNotices, NoticeLedger } from '../../../projections/ports.ts';
import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { createLookBack } from '../../base/look-back.ts';
import { LONGEST_CALL_MS } from '../../domain/call/timing.ts';
import { type Notice, noticesOf } from '../notices.ts';
import type { Journal, NoticePublisher } from '../ports.ts';

export type NotifierDeps = {
  readonly ledger: NoticeLedger;
  readonly publisher: NoticePublisher;
  readonly clock: Clock;
  readonly journal: Journal;
};

/** Tells the outside of calls, from what the read models show. */
export type Notifier = {
  /** Begins to tell; what was written before is found then. */
  start(): void;
  /** Rows have been written: there may be something to tell. Never throws. */
  poke(): void;
  /** Why the outside is not told at present, by code; null while it is. */
  trouble(): string | null;
  /** Tells what there is to tell, unless there is trouble, then stops. The rest is told after the next start. */
  close(): Promise<void>;
};

/** How long the first change waits for others. */
const COLLECT_MS = 250;
/** Finds what another instance wrote and did not live to tell. */
const EVERY_MS = 60_000;
const RETRY_MIN_MS = 1_000;
const CALLS_PER_ROUND = 100;
/** Event Grid takes 1 MB at once; a notice has less than 1 kB. */
const NOTICES_PER_BATCH = 500;

type Trouble = { readonly code: string; readonly sinceMs: number; readonly failures: number };

/**
 * Publishes every notice of every call at least once, after its rows are written. A notice is marked when the topic has
 * taken it: a process that dies in between tells it again, under the same id. Nothing here holds up a call.
 */
export function createNotifier({ ledger, publisher, clock, journal }: NotifierDeps): Notifier {
  const lookBack = createLookBack(clock);
  let trouble: Trouble | null = null;
  let running: Promise<void> | null = null;
  let poked = false;
  let started = false;
  let closed = false;
  let alarm: { readonly atMs: number; readonly callOff: () => void } | null = null;

  const ringBy = (atMs: number): void => {
    if (!started || closed || (alarm && alarm.atMs <= atMs)) return;
    alarm?.callOff();
    alarm = { atMs, callOff: clock.after(Math.max(0, atMs - clock.monotonicMs()), () => void run()) };
  };

  const tellAll = async (): Promise<void> => {
    // While the topic is away nothing grows too old to be told.
    const troubleMs = trouble ? clock.monotonicMs() - trouble.sinceMs : 0;
    const since = lookBack(LONGEST_CALL_MS + troubleMs).toISOString();
    for (let calls = CALLS_PER_ROUND; calls === CALLS_PER_ROUND; ) {
      const due = await ledger.due(since, CALLS_PER_ROUND);
      await tell(ledger, publisher, due);
      calls = due.length;
    }
  };

  const round = async (): Promise<void> => {
    poked = false;
    try {
      await tellAll();
      if (trouble) journal.info({ failures: trouble.failures }, 'notices are published again');
      trouble = null;
    } catch (error) {
      const code = errorCode(error);
      if (trouble?.code !== code) journal.warn({ code }, 'notices could not be published; they are tried again');
      trouble = { code, sinceMs: trouble?.sinceMs ?? clock.monotonicMs(), failures: (trouble?.failures ?? 0) + 1 };
    }
  };

  const run = (): Promise<void> => {
    alarm?.callOff();
    alarm = null;
    running ??= round().finally(() => {
      running = null;
      ringBy(clock.monotonicMs() + (trouble ? backOffMs(trouble.failures) : poked ? COLLECT_MS : EVERY_MS));
    });
    return running;
  };

  return {
    start() {
      started = true;
      ringBy(clock.monotonicMs() + COLLECT_MS);
    },
    poke() {
      poked = true;
      // After a round that failed, and after one that is under way, the next is already planned.
      if (!running && !trouble) ringBy(clock.monotonicMs() + COLLECT_MS);
    },
    trouble: () => trouble?.code ?? null,
    async close() {
      closed = true;
      await running;
      if (!trouble) await run();
      alarm?.callOff();
    },
  };
}

async function tell(ledger: NoticeLedger, publisher: NoticePublisher, due: readonly DueNotices[]): Promise<void> {
  const fresh = due.flatMap(freshOf);
  for (const batch of batches(fresh)) await publisher.publish(batch);
  if (due.length > 0) await ledger.mark(due.map(({ rows, published }) => markOf(rows, published)));
}

/** What was to be told while nobody can say whether it was is not told again. */
function freshOf({ rows, published, toldBefore = '' }: DueNotices): readonly Notice[] {
  return noticesOf(rows).filter(({ id, at }) => !published.includes(id) && at >= toldBefore);
}

function markOf(rows: DueNotices['rows'], published: readonly string[]) {
  const { callSessionId, version } = rows.session;
  const told = noticesOf(rows).map(({ id }) => id);
  return { callSessionId, version, published: [...new Set([...published, ...told])] };
}

function* batches(notices: readonly Notice[]): Iterable<readonly Notice[]> {
  for (let start = 0; start < notices.length; start += NOTICES_PER_BATCH) {
    yield notices.slice(start, start + NOTICES_PER_BATCH);
  }
}

function backOffMs(failures: number): number {
  return Math.min(EVERY_MS, RETRY_MIN_MS * 2 ** Math.min(failures - 1, 10));
}
