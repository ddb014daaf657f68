import { PROVIDERS } from '../../src/composition/providers.ts';
import type { CloseCallBody } from '../../src/domain/call/bodies.ts';
import { type CallState, hasEnded } from '../../src/domain/call/call.ts';
import { foldStream } from '../../src/domain/call/stream.ts';
import { TIMING } from '../../src/domain/call/timing.ts';
import type { Entry } from '../../src/domain/entries.ts';
import type { OpenCallBody } from '../../src/domain/member/member.ts';
import { isCallStream } from '../../src/domain/streams.ts';
import type { Check } from './check.ts';
import { checkPlace } from './check-requests.ts';

/** Right after every append, before anybody can act on it. */
export function checkAppended(check: Check, stream: string, entries: readonly Entry[]): void {
  const { sim, log } = check;
  if (!log.isRegistered(stream))
    sim.fail('every stream is found by a walk', `${stream} was appended to and is not registered`);
  if (stream.startsWith('member:')) checkMember(check, stream, entries);
  if (!isCallStream(stream)) return;
  const before = log.peek(stream).slice(0, -entries.length);
  for (const entry of entries) checkEntry(check, before, entries, entry);
  checkState(check, stream, entries);
}

function checkEntry(check: Check, before: readonly Entry[], batch: readonly Entry[], entry: Entry): void {
  const { sim, ledger } = check;
  const { kind, id, type, cause, stream } = entry;
  if (before.some((other) => other.kind === kind && other.id === id)) {
    sim.fail('a callback delivered twice has one effect', `${type} ${id} stands twice in ${stream}`);
  }
  if (kind === 'command' && cause !== null && !batch.some((other) => other.id === cause)) {
    sim.fail('an input and its commands are one write', `${type} ${id} stands apart from its cause`);
  }
  const dials = type === 'PlaceCall' || type === 'AskQuestion';
  if (kind === 'command' && dials && before.some((other) => other.type === 'CancelCall')) {
    sim.fail('a cancelled call goes no further', `${type} ${id} was decided after CancelCall`);
  }
  if (type === 'PlaceCall' && kind === 'command') checkPlace(check, stream, JSON.parse(entry.data));
  if (type === 'CloseCall') checkClose(check, before, entry);
  if (kind === 'outcome') checkOutcome(check, entry, ledger.answered.get(cause ?? ''));
}

/** A leg that is known to be up is not left alone before it was tried often enough to hang up. */
function checkClose({ sim, ledger }: Check, before: readonly Entry[], { stream, data, id }: Entry): void {
  const { because }: CloseCallBody = JSON.parse(data);
  if (because !== 'no-word' || !ledger.states.get(stream)?.callConnectionId) return;
  const tries = before.filter(({ type }) => type === 'HangUp').length;
  if (tries < TIMING.hangUpAttempts)
    sim.fail('a leg is not left up', `${id} closes after ${tries} attempts to hang up`);
}

/** What is written about a request must be what the provider told of it. */
function checkOutcome(
  { sim, ledger }: Check,
  { type, cause }: Entry,
  answered?: { executed: boolean; status: number },
): void {
  if (type === 'Unknown') return;
  const sent = ledger.sentBy.has(cause ?? '');
  if (type === 'Rejected' && !sent) return;
  const told = answered?.status ?? 0;
  if (type === 'Rejected' && told >= 300) return;
  if (type === 'Accepted' && told >= 200 && told < 300) return;
  sim.fail(
    'a time-out is unknown, never failed',
    `${cause} is recorded as ${type}, and the provider told ${told || 'nothing'}`,
  );
}

/** A new call of a member needs the end of the one before. */
function checkMember({ sim, ledger, log }: Check, stream: string, entries: readonly Entry[]): void {
  const previous = log.peek(stream).at(-entries.length - 1);
  if (!previous) return;
  const { callSessionId }: OpenCallBody = JSON.parse(previous.data);
  const state = ledger.states.get(callSessionId);
  if (state && hasEnded(state)) return;
  sim.fail('a member has one open call', `a call was opened for ${stream} while ${callSessionId} was open`);
}

function checkState(check: Check, stream: string, entries: readonly Entry[]): void {
  const { sim, ledger, log } = check;
  const before = ledger.states.get(stream) ?? null;
  const first = entries[0]!.version;
  if (first !== (before?.version ?? 0) + 1) sim.fail('versions have no gap', `${stream} goes on at ${first}`);
  const head = { version: before?.version ?? 0, hash: log.peek(stream)[first - 2]?.hash ?? '' };
  const { state } = foldStream(PROVIDERS, stream, entries, { state: before, head });
  if (!state) return;
  ledger.states.set(stream, state);
  if (before && lostAnswer(before, state))
    sim.fail('an answer pressed is an answer kept', `an answer of ${stream} is gone`);
  if (before && hasEnded(before) && !hasEnded(state)) sim.fail('a call ends once', `${stream} is open again`);
  checkWord(check, before, state);
  if (hasEnded(state) && !ledger.endedAtMs.has(stream)) ledger.endedAtMs.set(stream, sim.scheduler.now());
}

/** A call has the leg that the provider has begun for it, and ends by word of that one. */
function checkWord({ sim, ledger }: Check, before: CallState | null, state: CallState): void {
  const { callSessionId, callConnectionId, ending } = state;
  const owner = ledger.legs.get(callConnectionId ?? '') ?? callSessionId;
  if (owner !== callSessionId)
    sim.fail('a leg is known by the word of the provider', `${callSessionId} takes a leg of ${owner} for its own`);
  const isTold = ending?.by === 'disconnected' || ending?.by === 'not-connected';
  if (!isTold || before?.ending) return;
  const own = [...ledger.legs].filter(([, callOfLeg]) => callOfLeg === callSessionId).map(([leg]) => leg);
  if (!own.some((leg) => ledger.legsOver.has(leg)))
    sim.fail('a call ends by word of its own leg', `${callSessionId} has ended, and its leg has not`);
}

function lostAnswer(before: CallState, after: CallState): boolean {
  return before.answers.some(
    ({ question, response }) =>
      response !== 'timeout' && !after.answers.some((now) => now.question === question && now.response === response),
  );
}
