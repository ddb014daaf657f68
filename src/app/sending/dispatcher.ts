import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { isoTime } from '../../base/times.ts';
import type { Outcome, SentCommand } from '../../domain/call/bodies.ts';
import { type CallState, isSent } from '../../domain/call/call.ts';
import type { Recorded } from '../../domain/call/recorded.ts';
import { waitMs } from '../../domain/call/timing.ts';
import type { Journal, Telephony } from '../ports.ts';
import type { Follower } from '../recording/followers.ts';
import type { Recorder } from '../recording/recorder.ts';

/** Follows calls, and sends the commands among the entries just recorded, without anybody waiting for it. */
export type Dispatcher = Follower & {
  /** Commands that have not been answered yet. */
  underWay(): number;
  /** Resolves when none is. */
  idle(): Promise<void>;
};

export type DispatcherDeps = {
  readonly telephony: Telephony;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly callbackUri: (state: CallState) => string;
  /** Whether an address that the provider names is one of this call's. */
  readonly isOurs: (callSessionId: string, callbackUri: string) => boolean;
  /** Whether a connection is known as another call's. */
  readonly isAnothers: (callConnectionId: string, callSessionId: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly journal: Journal;
};

/** Sends what was recorded, and records what became of it. Only the instance whose append won has it to send. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { clock, journal } = deps;
  const sending = new Set<Promise<void>>();

  const sendOne = async (state: CallState, { command, latestMs }: Timed): Promise<void> => {
    const outcome = await send(deps, state, command, latestMs);
    if (outcome.type !== 'Accepted') {
      const { type, ...rest } = outcome;
      journal.warn(
        { call: state.callSessionId, command: command.type, outcome: type, ...rest },
        'command not accepted',
      );
    }
    const at = isoTime(clock.now());
    const input = { type: 'Outcome', at, commandId: command.id, commandType: command.type, outcome } as const;
    await deps.recorder.record(state.callSessionId, input);
  };

  const sendAll = async (state: CallState, commands: readonly Timed[]): Promise<void> => {
    for (const timed of commands) {
      const { command } = timed;
      try {
        await sendOne(state, timed);
      } catch (error) {
        // The outcome is not in the log, so the command's deadline treats it as unknown and looks again.
        const code = errorCode(error);
        journal.error({ call: state.callSessionId, command: command.type, code }, 'outcome could not be recorded');
      }
    }
  };

  return {
    recorded(state, entries) {
      const commands = entries.flatMap(toSent).map((command) => ({
        command,
        latestMs: clock.monotonicMs() + waitMs(command.body.answerBy, state.updatedAt, clock.now()),
      }));
      if (commands.length === 0) return;
      const run = sendAll(state, commands).finally(() => sending.delete(run));
      sending.add(run);
    },
    underWay: () => sending.size,
    async idle() {
      while (sending.size > 0) await Promise.all(sending);
    },
  };
}

/** A command, and until when it may be sent, by the monotonic clock: one that is set makes no command late. */
type Timed = { readonly command: SentCommand; readonly latestMs: number };

function toSent(recorded: Recorded): SentCommand[] {
  if (recorded.kind !== 'command' || !isSent(recorded.type)) return [];
  return [{ id: recorded.id, type: recorded.type, body: recorded.body } as SentCommand];
}

async function send(deps: DispatcherDeps, state: CallState, command: SentCommand, latestMs: number): Promise<Outcome> {
  // The last gate before the wire: words for a person never go to a line on which none has been proven.
  if (isForPerson(command) && !state.personProvenAt) {
    deps.journal.error({ call: state.callSessionId, command: command.type }, 'prompt withheld: no person is proven');
    return { type: 'Rejected', status: 0, subCode: 0, transient: false };
  }
  // Its deadline has rung by now, here or elsewhere, and what to do instead is decided: a late prompt would only disturb.
  if (deps.clock.monotonicMs() >= latestMs) {
    deps.journal.warn({ call: state.callSessionId, command: command.type }, 'command came too late to be sent');
    return { type: 'Rejected', status: 0, subCode: 0, transient: true };
  }
  if (await touchesAnother(deps, state, command)) {
    deps.journal.warn({ call: state.callSessionId, command: command.type }, 'a leg of another call is not touched');
    return { type: 'Rejected', status: 0, subCode: 0, transient: false };
  }
  return deps.telephony.send(command, {
    callConnectionId: state.callConnectionId,
    phoneNumber: state.initiate.phoneNumber,
    // Making it costs as much as deciding what to send.
    callbackUri: command.type === 'PlaceCall' ? deps.callbackUri(state) : '',
    isOurs: (callbackUri) => deps.isOurs(state.callSessionId, callbackUri),
  });
}

/** Only of a leg that is not known to be this call's anybody need be asked. */
async function touchesAnother(deps: DispatcherDeps, state: CallState, { body }: SentCommand): Promise<boolean> {
  if (!('callConnectionId' in body) || body.callConnectionId === state.callConnectionId) return false;
  return deps.isAnothers(body.callConnectionId, state.callSessionId);
}

function isForPerson(command: SentCommand): boolean {
  return (command.type === 'AskQuestion' || command.type === 'SayMessage') && command.body.audience === 'person';
}
