import type { Clock } from '../../base/clock.ts';
import { createSerializer } from '../../base/serially.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { Context } from '../../domain/call/commands.ts';
import { type Decision, decide } from '../../domain/call/decide.ts';
import type { Input, Verdict } from '../../domain/call/input.ts';
import { type Provider, providerOf, readingOf } from '../../domain/call/provider.ts';
import { toNewEntry } from '../../domain/call/recorded.ts';
import { type FoldedCall, foldCall, UNKNOWN_CALL } from '../../domain/call/stream.ts';
import type { Timing } from '../../domain/call/timing.ts';
import type { Entry } from '../../domain/entries.ts';
import type { PublishedQuestionnaire } from '../../domain/questionnaire/questionnaire.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { readOn, type ToAppend, transact } from '../../log/transact.ts';
import { type CachedCall, createCallCache } from './call-cache.ts';
import { inCallTime, isDated } from './call-time.ts';
import { createFollowing, type Follower } from './followers.ts';
import { createOthersWord, type OthersWord } from './others-word.ts';
import { type Closing, createParkedCalls } from './parked.ts';
import { createTwins, type Twins } from './twins.ts';

/** What came of an input: the call's state after it, null for a call without a stream. */
export type Recording = { readonly verdict: Verdict; readonly state: CallState | null };

export type Recorder = {
  /**
   * The one write path of calls: loads the call, decides, appends the input with every command it causes in one atomic
   * write, and only then lets anybody act on it.
   * @throws LogError when the log cannot be written; nothing has been sent then. CallParkedError
   */
  record(callSessionId: string, input: Input): Promise<Recording>;
  /** The call as the log has it now, whoever wrote it. @throws LogError, CallParkedError */
  load(callSessionId: string): Promise<CallState | null>;
  /**
   * Has a call looked after here that somebody else has recorded.
   * @param graceMs for one that another instance may be looking after: how much later than that one to act; default 0
   */
  takeUp(state: CallState, graceMs?: number): void;
  /** Another instance goes on with a call: here it is looked after no longer. The sweep finds it if it stands still. */
  letGo(callSessionId: string): void;
  /** Tells these of everything from now on, in this order; to be called once, before anything is recorded. */
  follow(followers: readonly Follower[]): void;
  /**
   * Calls that are set aside because their stream cannot be read or decided upon; the others go on. Not those that somebody has
   * given up.
   */
  parked(): readonly string[];
  /** Tries a call again that was set aside. @throws LogError, CallParkedError when it still cannot be handled */
  tryAgain(callSessionId: string): Promise<CallState | null>;
  /** Gives a call up that is set aside. @throws LogError when that cannot be recorded */
  giveUp(callSessionId: string, closing: Closing): Promise<void>;
};

export type RecorderDeps = {
  readonly log: CallEventLog;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly timing: Timing;
  /** By whose rules calls are read. */
  readonly providers: readonly Provider[];
  readonly freshId: () => string;
  readonly questionnaire: (hash: string) => Promise<PublishedQuestionnaire | null>;
  /** The rules; others than ours only where a simulation shows that it notices. */
  readonly decide?: typeof decide;
  /** Hears that another process has written to a call since this one read it. */
  readonly othersWrote?: () => void;
  /** How many open calls are kept in memory; an evicted one is read again. */
  readonly cacheSize?: number;
};

/** Records what happens to calls. It knows nobody who acts on that: they follow it. */
export function createRecorder(deps: RecorderDeps): Recorder {
  const cache = createCallCache(deps.cacheSize ?? 20_000, deps.clock.monotonicMs);
  const own = { ...deps, twins: createTwins(deps.log), othersWord: createOthersWord(deps.providers) };
  const keep = keeperIn(cache, own);
  const following = createFollowing();
  const serially = createSerializer();
  const parked = createParkedCalls(deps.log);

  /** Reads what the log has beyond the cache: another instance may have recorded it. */
  const refresh = async (callSessionId: string): Promise<CallState | null> => {
    const known = cache.get(callSessionId);
    const call = await readOn(deps.log, readingOfCall(deps, callSessionId), known);
    keep(callSessionId, call, { found: call.state, isOurs: false });
    return call.state;
  };

  const append = async (callSessionId: string, input: Input): Promise<Recording> => {
    const known = cache.get(callSessionId);
    const from = await startOf(own, callSessionId, known, input);
    const found = await transact(deps.log, recordingOf(own, callSessionId, { known, from }, input));
    const { state, verdict, drafts } = found.answer;
    keep(callSessionId, { state, head: found.head }, { found: found.state, isOurs: found.appended.length > 0, input });
    if (input.type === 'Callback' && verdict === 'recorded') own.twins.keep(callSessionId, input);
    const recorded = drafts.map((draft) => draft.recorded);
    if (state && recorded.length > 0) following.recorded(state, recorded);
    return { verdict, state };
  };

  /** A bug or a broken entry: trying again would only break again, and must not hold up any other call. */
  const parkUnlessOutage = async (callSessionId: string, error: unknown): Promise<unknown> => {
    if (error instanceof LogError && error.code !== 'LOG_CORRUPT') return error;
    const told = parked.add(callSessionId, error);
    following.setAside(callSessionId);
    return told;
  };

  /**
   * The append may have happened: then its deadline must be kept, which also sends again what nobody sent. Where that cannot be told
   * now it stays unknown: whoever was told that nothing was written would give away the place of a call that may be dialled.
   */
  const lookAgain = async (callSessionId: string): Promise<void> => {
    const state = await refresh(callSessionId).catch(() => null);
    if (state) following.recorded(state, []);
  };

  const load = async (callSessionId: string): Promise<CallState | null> => {
    parked.refuse(callSessionId);
    return refresh(callSessionId).catch(async (error: unknown) => {
      throw await parkUnlessOutage(callSessionId, error);
    });
  };

  const record = async (callSessionId: string, input: Input): Promise<Recording> => {
    parked.refuse(callSessionId);
    try {
      return await append(callSessionId, input);
    } catch (error) {
      cache.delete(callSessionId);
      if (error instanceof LogError && error.code === 'LOG_UNKNOWN_OUTCOME') await lookAgain(callSessionId);
      throw await parkUnlessOutage(callSessionId, error);
    }
  };

  const tryAgain = async (callSessionId: string): Promise<CallState | null> => {
    parked.remove(callSessionId);
    cache.delete(callSessionId);
    try {
      const state = await refresh(callSessionId);
      if (state) following.takenUp(state, 0);
      return state;
    } catch (error) {
      throw await parkUnlessOutage(callSessionId, error);
    }
  };

  return {
    record: (callSessionId, input) => serially(callSessionId, () => record(callSessionId, input)),
    load: (callSessionId) => serially(callSessionId, () => load(callSessionId)),
    takeUp: (state, graceMs = 0) => following.takenUp(state, graceMs),
    letGo: following.letGo,
    follow: following.follow,
    parked: parked.list,
    tryAgain: (callSessionId) => serially(callSessionId, () => tryAgain(callSessionId)),
    giveUp: (callSessionId, closing) => serially(callSessionId, () => parked.close(callSessionId, closing)),
  };
}

type CallCache = ReturnType<typeof createCallCache>;

/** `found`: as the log had it; `isOurs`: its newest entry has just been written here; `input`: what it was read for. */
type Kept = { readonly found: CallState | null; readonly isOurs: boolean; readonly input?: Input };

type KeeperDeps = Pick<RecorderDeps, 'clock' | 'othersWrote'> & { readonly othersWord: OthersWord };

/** @returns keeps a call, and learns from what was found of it */
function keeperIn({ get, set }: Pick<CallCache, 'get' | 'set'>, { clock, othersWord, othersWrote }: KeeperDeps) {
  return (callSessionId: string, { state, head }: FoldedCall, { found, isOurs, input }: Kept): void => {
    const known = get(callSessionId);
    if (known && found && found.version > known.head.version) othersWrote?.();
    othersWord.found(known, found, input);
    // That a call is not known stays true only until somebody initiates it.
    if (state) set(callSessionId, { state, head, isDated: isOurs || isDated(clock, state) });
  };
}

const noCall = (): CallState | null => null;

function readingOfCall({ providers }: RecorderDeps, callSessionId: string) {
  const fold = (state: CallState | null, entries: readonly Entry[]) =>
    foldCall(providers, callSessionId, state, entries);
  return { stream: callSessionId, empty: noCall, fold };
}

/**
 * From where an input is decided upon; if the call ends elsewhere, the append finds out. A call that begins has no entry. Where
 * others are told of calls the log is read first, as an append at what was known would be refused more often than not, and then be
 * read after all; but what became of our own command follows our own entry, and a dial what was read for it.
 */
function startOf(
  deps: RecorderDeps & { readonly othersWord: OthersWord },
  callSessionId: string,
  known: CachedCall | undefined,
  input: Input,
): FoldedCall | undefined | Promise<FoldedCall> {
  const begins = input.type === 'InitiateCall' || input.type === 'AbandonCall';
  if (!known) return begins ? UNKNOWN_CALL : undefined;
  return deps.othersWord.isBehind(known, input) ? readOn(deps.log, readingOfCall(deps, callSessionId), known) : known;
}

type Decider = RecorderDeps & { readonly twins: Twins };

// Member by member: a spread of what both have costs a callback more than all the rest of this function.
function recordingOf(
  deps: Decider,
  callSessionId: string,
  { known, from }: { readonly known: CachedCall | undefined; readonly from: FoldedCall | undefined },
  input: Input,
) {
  const { stream, empty, fold } = readingOfCall(deps, callSessionId);
  return {
    stream,
    known: from,
    empty,
    fold,
    decide: (state: CallState | null) => decideOn(deps, callSessionId, { state, known }, input),
  };
}

async function decideOn(
  deps: Decider,
  callSessionId: string,
  { state, known }: { readonly state: CallState | null; readonly known: CachedCall | undefined },
  given: Input,
): Promise<ToAppend<Decision>> {
  const input = inCallTime(deps.clock, state, known, given);
  const isSafe = !state || (known?.head.version === state.version ? known.isDated : isDated(deps.clock, state));
  const opening = state?.initiate ?? ('body' in input ? input.body : null);
  const context: Context = {
    timing: deps.timing,
    questionnaire: opening && (await deps.questionnaire(opening.questionnaire.hash)),
    reading: opening && readingOf(deps.providers, opening),
    // Of a dial whose age nobody knows the provider may have forgotten the id: the phone would ring twice.
    repeatSafeMs: (isSafe && opening && providerOf(deps.providers, opening)?.repeatSafeMs) || 0,
    freshId: deps.freshId(),
  };
  const asked = input.type === 'Callback' ? await deps.twins.among(state, input) : input;
  const answer = (deps.decide ?? decide)(callSessionId, state, asked, context);
  return { entries: answer.drafts.map(({ recorded, raw }) => toNewEntry(recorded, raw)), answer };
}
