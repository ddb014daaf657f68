import { createSerializer } from '../../base/serially.ts';
import type { CallState } from '../../domain/call/call.ts';
import { type Draft, decide } from '../../domain/call/decide.ts';
import type { Input, Verdict } from '../../domain/call/input.ts';
import { type Recorded, toNewEntry } from '../../domain/call/recorded.ts';
import { type FoldedCall, foldStream, UNKNOWN_CALL } from '../../domain/call/stream.ts';
import type { Timing } from '../../domain/call/timing.ts';
import type { Head } from '../../domain/entries.ts';
import type { PublishedQuestionnaire } from '../../domain/questionnaire/questionnaire.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { createCallCache } from './call-cache.ts';
import { CallParkedError } from './parked.ts';

/** What came of an input: the call's state after it, null for a call without a stream. */
export type Recording = { readonly verdict: Verdict; readonly state: CallState | null };

export type Recorder = {
  /**
   * The one write path: loads the call, decides, appends the input with every command it causes in one atomic write,
   * and only then lets anybody act on it.
   * @throws LogError when the log cannot be written; nothing has been sent then
   */
  record(callSessionId: string, input: Input): Promise<Recording>;
  /** The call as the log has it now, whoever wrote it. */
  load(callSessionId: string): Promise<CallState | null>;
  /** Calls that are set aside because their stream cannot be read or decided upon; the others go on. */
  parked(): readonly string[];
};

export type RecorderDeps = {
  readonly log: CallEventLog;
  readonly timing: Timing;
  readonly freshId: () => string;
  readonly questionnaire: (hash: string) => Promise<PublishedQuestionnaire | null>;
  /** Called after each commit, in the order of the stream. Must not throw. */
  readonly onRecorded: (state: CallState, recorded: readonly Recorded[]) => void;
  /** The rules; others than ours only where a simulation shows that it notices. */
  readonly decide?: typeof decide;
  /** How many open calls are kept in memory; an evicted one is read again. */
  readonly cacheSize?: number;
};

/** More conflicts than instances could cause means that something is broken: stop, loudly. */
const CONFLICTS_MAX = 50;

export function createRecorder(deps: RecorderDeps): Recorder {
  const { log, timing, onRecorded } = deps;
  const rule = deps.decide ?? decide;
  const cache = createCallCache(deps.cacheSize ?? 20_000);
  const serially = createSerializer();
  const parked = new Set<string>();

  const read = async (callSessionId: string): Promise<FoldedCall> => {
    const cached = cache.get(callSessionId);
    if (cached) return cached;
    return refresh(callSessionId);
  };

  /** Reads what the log has beyond the cache: another instance may have recorded it. */
  const refresh = async (callSessionId: string): Promise<FoldedCall> => {
    const known = cache.get(callSessionId) ?? UNKNOWN_CALL;
    const loaded = foldStream(callSessionId, await log.read(callSessionId, known.head.version + 1), known);
    // That a call is not known stays true only until somebody initiates it.
    if (loaded.state) cache.set(callSessionId, loaded);
    return loaded;
  };

  const attempt = async (callSessionId: string, input: Input): Promise<Recording | 'conflict'> => {
    const { state, head } = await read(callSessionId);
    const hash = state?.questionnaire.hash ?? (input.type === 'InitiateCall' ? input.body.questionnaire.hash : null);
    const questionnaire = hash ? await deps.questionnaire(hash) : null;
    const decision = rule(callSessionId, state, input, { timing, questionnaire, freshId: deps.freshId() });
    if (decision.drafts.length === 0) return { verdict: decision.verdict, state };
    const appended = await appendDrafts(log, callSessionId, head, decision.drafts);
    if (!appended) return 'conflict';
    cache.set(callSessionId, { state: decision.state, head: appended });
    if (decision.state)
      onRecorded(
        decision.state,
        decision.drafts.map((draft) => draft.recorded),
      );
    return { verdict: decision.verdict, state: decision.state };
  };

  /** The append may have happened: then its deadline must be kept, which also sends again what nobody sent. */
  const lookAgain = async (callSessionId: string): Promise<void> => {
    const { state } = await read(callSessionId);
    if (state) onRecorded(state, []);
  };

  /** A bug or a broken entry: trying again would only break again, and must not hold up any other call. */
  const park = (callSessionId: string, cause: unknown): CallParkedError => {
    parked.add(callSessionId);
    return new CallParkedError(callSessionId, { cause });
  };

  const refuseParked = (callSessionId: string): void => {
    if (parked.has(callSessionId)) throw new CallParkedError(callSessionId);
  };

  const load = async (callSessionId: string): Promise<CallState | null> => {
    refuseParked(callSessionId);
    try {
      return (await refresh(callSessionId)).state;
    } catch (error) {
      if (error instanceof LogError && error.code !== 'LOG_CORRUPT') throw error;
      throw park(callSessionId, error);
    }
  };

  const record = async (callSessionId: string, input: Input): Promise<Recording> => {
    refuseParked(callSessionId);
    for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
      try {
        const recording = await attempt(callSessionId, input);
        if (recording !== 'conflict') return recording;
        cache.delete(callSessionId);
      } catch (error) {
        cache.delete(callSessionId);
        if (!(error instanceof LogError) || error.code === 'LOG_CORRUPT') throw park(callSessionId, error);
        if (error.code === 'LOG_UNKNOWN_OUTCOME') await lookAgain(callSessionId);
        throw error;
      }
    }
    throw new LogError('LOG_UNAVAILABLE', `the stream of call ${callSessionId} is contended`);
  };

  return {
    record: (callSessionId, input) => serially(callSessionId, () => record(callSessionId, input)),
    load: (callSessionId) => serially(callSessionId, () => load(callSessionId)),
    parked: () => [...parked],
  };
}

/** The new head, or null when somebody else has appended first. */
async function appendDrafts(
  log: CallEventLog,
  stream: string,
  head: Head,
  drafts: readonly Draft[],
): Promise<Head | null> {
  const result = await log.append(
    stream,
    head,
    drafts.map(({ recorded, raw }) => toNewEntry(recorded, raw)),
  );
  if ('conflict' in result) return null;
  const last = result.entries.at(-1)!;
  return { version: last.version, hash: last.hash };
}
