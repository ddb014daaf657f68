import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Entry } from '../../domain/entries.ts';
import { operationStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { Finding } from './findings.ts';
import type { RestsOn } from './tree.ts';
import type { Verification } from './verify.ts';

/** What is checked: everything, or what was registered within the last two days. */
export type Scope = 'all' | 'recent';

/** What came of a check, as it stands in the log: `EndVerification`. Stored for years: add optional fields only. */
export type VerificationBody = {
  readonly scope: Scope;
  readonly streams: number;
  readonly entries: number;
  /** Absent: older than the word. */
  readonly simulatedCalls?: number;
  readonly findingCount: number;
  readonly noteCount: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
  readonly restsOn: RestsOn | null;
};

export type LastVerification = VerificationBody & { readonly at: string; readonly actor: string };

/** The newest result, whoever recorded it: this process, another server, a job. */
export type Results = {
  /** Null: there is none, or nobody has looked. No I/O. */
  newest(): LastVerification | null;
  /** One of this process, which need not be in the log. */
  found(result: LastVerification): void;
  /** Reads what was added to the log since the last look; while there is no result, back through `LOOK_BACK_DAYS`. @throws LogError */
  look(nowMs: number): Promise<void>;
};

const DAY_MS = 86_400_000;
/** Beside the last result nothing is looked for; a server that was down for longer has none until the next night. */
const LOOK_BACK_DAYS = 8;
/** One that ends at midnight stands in the day that has just gone. */
const DAYS_THAT_GROW = 2;
const FINDINGS_KEPT = 20;

export function createResults(log: Pick<CallEventLog, 'read'>): Results {
  const seen = createBoundedMap<number>(LOOK_BACK_DAYS);
  let newest: LastVerification | null = null;

  const found = (result: LastVerification): void => {
    if (newest === null || result.at > newest.at) newest = result;
  };

  const readOn = async (stream: string): Promise<void> => {
    const entries = await log.read(stream, (seen.get(stream) ?? 0) + 1);
    const { version } = entries.at(-1) ?? {};
    if (version !== undefined) seen.set(stream, version);
    const last = entries.findLast(({ type }) => type === 'EndVerification');
    if (last) found(resultIn(last));
  };

  return {
    newest: () => newest,
    found,
    async look(nowMs) {
      for (let day = 0; day < LOOK_BACK_DAYS; day += 1) {
        if (day >= DAYS_THAT_GROW && newest !== null) return;
        await readOn(operationStream(new Date(nowMs - day * DAY_MS).toISOString()));
      }
    },
  };
}

export function bodyOf(scope: Scope, result: Verification): VerificationBody {
  const { findings, restsOn, streams, entries, simulatedCalls, findingCount, noteCount } = result;
  const counts = { streams, entries, simulatedCalls, findingCount, noteCount };
  return { scope, ...counts, findings: findings.slice(0, FINDINGS_KEPT), restsOn };
}

function resultIn({ at, actor, data }: Entry): LastVerification {
  return { ...(JSON.parse(data) as VerificationBody), at, actor };
}
