import type { ReceivedCallback } from '../../src/app/api.ts';
import type { CallTarget } from '../../src/app/ports.ts';
import type { SentCommand } from '../../src/domain/call/bodies.ts';
import type { Check } from './check.ts';
import { checkAcknowledged, notePosted } from './check-callbacks.ts';
import { checkAppended } from './check-log.ts';
import { checkInitiated, checkRefused, type People, type Promised } from './check-people.ts';
import { checkLegs, checkRequest } from './check-requests.ts';
import { type Answered, callOf, createLedger } from './ledger.ts';
import type { Life } from './port-call.ts';

/** Told of everything that happens at the edges of the application, and complains when a promise is broken. */
export type Checker = {
  readonly check: Check;
  /** The provider receives a request. */
  requested(by: Life, command: SentCommand, target: CallTarget): void;
  /** The provider has answered, or will not. */
  answered(commandId: string, answer: Answered): void;
  /** The provider has begun a leg. */
  placed(commandId: string, callConnectionId: string): void;
  legOver(callConnectionId: string): void;
  rang(callSessionId: string): void;
  /** An event is handed to the application. */
  posted(callSessionId: string, callbacks: readonly ReceivedCallback[]): void;
  /** The application has answered 2xx to it. */
  acknowledged(callSessionId: string, callbacks: readonly ReceivedCallback[]): void;
  journalled(text: string): void;
} & People;

/** @param parts what the checks have at hand but for the ledger, which is the checker's own */
export function createChecker(parts: Omit<Check, 'ledger'>): Checker {
  const ledger = createLedger();
  const check: Check = { ...parts, ledger };
  const { sim, log, secrets } = check;
  log.onAppended = (stream, entries) => checkAppended(check, stream, entries);
  return {
    check,
    requested: (by, command, target) => checkRequest(check, by, command, target),
    placed(commandId, callConnectionId) {
      ledger.legs.set(callConnectionId, callOf(commandId));
      checkLegs(check);
    },
    legOver: (callConnectionId) => void ledger.legsOver.add(callConnectionId),
    answered: (commandId, answer) => void ledger.answered.set(commandId, answer),
    rang(callSessionId) {
      const rings = (ledger.rings.get(callSessionId) ?? 0) + 1;
      ledger.rings.set(callSessionId, rings);
      if (rings > 1) sim.fail('one phone rings once', `the phone rings ${rings} times for ${callSessionId}`);
    },
    posted: (callSessionId, callbacks) => notePosted(check, callSessionId, callbacks),
    acknowledged: (callSessionId, callbacks) => checkAcknowledged(check, callSessionId, callbacks),
    journalled(text) {
      const found = secrets.find((secret) => text.includes(secret));
      if (found) sim.fail('nothing of a member in process logs', `"${found}" in: ${text}`);
    },
    promised: (promised: Promised) => checkInitiated(check, promised),
    refused: (callSessionId, askedAtMs) => checkRefused(check, callSessionId, askedAtMs),
    cancelling(callSessionId) {
      ledger.cancelled.add(callSessionId);
      const recorded = log.peek(callSessionId).some(({ type }) => type === 'CancelCall');
      if (!recorded)
        sim.fail(
          'a 2xx means durably recorded',
          `${callSessionId} was said to be cancelling, and no CancelCall stands in the log`,
        );
    },
  };
}
