import * as assert from 'uvu/assert';
import { acsProvider } from '../../../src/adapters/telephony/reading/provider.ts';
import type {
  CommandBodies,
  CommandType,
  InitiateCallBody,
  Outcome,
  SentType,
} from '../../../src/domain/call/bodies.ts';
import { type CallState, isSent } from '../../../src/domain/call/call.ts';
import { decide } from '../../../src/domain/call/decide.ts';
import type { Input, Verdict } from '../../../src/domain/call/input.ts';
import type { Reading } from '../../../src/domain/call/provider.ts';
import { type Recorded, toNewEntry } from '../../../src/domain/call/recorded.ts';
import { callDisposition, callStatus } from '../../../src/domain/call/summary.ts';
import { TIMING, type Timing } from '../../../src/domain/call/timing.ts';
import type { NewEntry } from '../../../src/domain/entries.ts';
import type { PublishedQuestionnaire } from '../../../src/domain/questionnaire/questionnaire.ts';
import { loadQuestionnaire } from '../../../src/questionnaires/load.ts';

export const CALL = '019aab00-0000-7000-8000-000000000001';
export const CONNECTION = '05002680-0000-4000-8000-000000000001';
export const SCRIPT: PublishedQuestionnaire = { ...(await loadQuestionnaire()), hash: 'a'.repeat(64) };
const START = Date.parse('2026-03-02T15:00:00.000Z');

export const INITIATE: InitiateCallBody = {
  memberId: 'M-1',
  phoneNumber: '+15550100001',
  callerId: '+15550100000',
  callbackUrl: 'https://callistra.example/api/calls/events',
  questionnaire: { id: SCRIPT.id, version: SCRIPT.version, hash: SCRIPT.hash },
  questions: 3,
  reading: 2,
};

const { reading: _reading, ...BEFORE_READINGS } = INITIATE;

/** The provider of these calls. */
export const PROVIDER = acsProvider();

type ConversationOptions = {
  readonly timing?: Partial<Timing>;
  readonly script?: PublishedQuestionnaire | null;
  /** By which rules the call is read; absent: by those of new calls. */
  readonly reading?: 1 | 2;
  /** What it is placed over; absent: a number. */
  readonly callerId?: string;
};

type Sent = { [T in CommandType]: { id: string; type: T; body: CommandBodies[T] } }[CommandType];
type Details = Readonly<Record<string, unknown>>;

/** Plays inputs into one call and tells what the call does with them: a test reads like the log of a conversation. */
export class Conversation {
  readonly log: Recorded[] = [];
  /** The log as it is stored. */
  readonly stored: NewEntry[] = [];
  state: CallState | null = null;
  verdict: Verdict | null = null;
  #nowMs = START;
  #events = 0;
  readonly #timing: Timing;
  readonly #script: PublishedQuestionnaire | null;
  readonly #reading: Reading;
  readonly #opening: InitiateCallBody;

  constructor(options: ConversationOptions = {}) {
    this.#timing = { ...TIMING, ...options.timing };
    this.#script = options.script === undefined ? SCRIPT : options.script;
    this.#reading = PROVIDER.readings[(options.reading ?? 2) - 1]!;
    const { callerId = INITIATE.callerId } = options;
    this.#opening = { ...(options.reading === 1 ? BEFORE_READINGS : INITIATE), callerId };
  }

  /** A call that was initiated. */
  static initiated(options?: ConversationOptions): Conversation {
    return new Conversation(options).initiate(true);
  }

  /** A call that rings: the provider has taken it, and named its leg. */
  static placed(options?: ConversationOptions): Conversation {
    return Conversation.initiated(options).accepted({ callConnectionId: CONNECTION });
  }

  /** A call that was initiated, placed and answered, and hears the person-detection prompt. */
  static answered(options?: ConversationOptions): Conversation {
    return Conversation.placed(options).event('CallConnected');
  }

  /** A call in which a person has been proven; question 1 is being asked. */
  static withPerson(options?: ConversationOptions): Conversation {
    return Conversation.answered(options).accepted().press('one');
  }

  get now(): string {
    return new Date(this.#nowMs).toISOString();
  }

  /** The newest command that is sent to ACS. */
  get last(): Sent {
    const sent = this.log.filter((entry) => entry.kind === 'command' && isSent(entry.type));
    const newest = sent.at(-1);
    assert.ok(newest, 'a command was recorded');
    return newest as Sent;
  }

  take(input: Input): this {
    const decision = decide(CALL, this.state, input, {
      timing: this.#timing,
      questionnaire: this.#script,
      reading: this.#reading,
      repeatSafeMs: PROVIDER.repeatSafeMs,
      freshId: `00000000-0000-4000-8000-${String(this.log.length).padStart(12, '0')}`,
    });
    this.log.push(...decision.drafts.map((draft) => draft.recorded));
    this.stored.push(...decision.drafts.map(({ recorded, raw }) => toNewEntry(recorded, raw)));
    this.state = decision.state;
    this.verdict = decision.verdict;
    return this;
  }

  /** @param dial whether it is dialled at once, or waits for its turn */
  initiate(dial: boolean): this {
    const common = { type: 'InitiateCall', id: 'initiate', at: this.now, actor: 'coordinator:ann' } as const;
    return this.take({ ...common, body: this.#opening, dial });
  }

  wait(ms: number): this {
    this.#nowMs += ms;
    return this;
  }

  /** Lets time pass until the deadline of the call, and lets it ring. */
  deadline(): this {
    assert.ok(this.state?.deadline, 'the call has a deadline');
    this.#nowMs = Math.max(this.#nowMs, Date.parse(this.state.deadline.at));
    return this.take({ type: 'Deadline', at: this.now });
  }

  event(name: string, details: Details = {}, id = this.#newEventId()): this {
    const data = { callConnectionId: CONNECTION, resultInformation: { code: 200, subCode: 0 }, ...details };
    const eventType = `Microsoft.Communication.${name}`;
    return this.wait(10).take({ type: 'Callback', id, at: this.now, eventType, data, raw: JSON.stringify({ data }) });
  }

  #newEventId(): string {
    this.#events += 1;
    return `event-${this.#events}`;
  }

  outcome(outcome: Outcome, command: { id: string; type: CommandType } = this.last): this {
    const commandType = command.type as SentType;
    return this.wait(10).take({ type: 'Outcome', at: this.now, commandId: command.id, commandType, outcome });
  }

  accepted(body: { callConnectionId?: string; callState?: string; ours?: boolean } = {}): this {
    return this.outcome({ type: 'Accepted', ...body });
  }

  refused(status: number, transient: boolean, subCode = 0): this {
    return this.outcome({ type: 'Rejected', status, subCode, transient });
  }

  timedOut(): this {
    return this.outcome({ type: 'Unknown', reason: 'timeout' });
  }

  press(...tones: string[]): this {
    return this.recognized(this.last.id, tones);
  }

  recognized(operationContext: string, tones: string[], subCode = 8531): this {
    const resultInformation = { code: 200, subCode };
    return this.event('RecognizeCompleted', { operationContext, dtmfResult: { tones }, resultInformation });
  }

  recognizeFailed(code: number, subCode: number, operationContext = this.last.id): this {
    return this.event('RecognizeFailed', { operationContext, resultInformation: { code, subCode } });
  }

  silent(): this {
    return this.recognizeFailed(400, 8510);
  }

  said(name = 'PlayCompleted'): this {
    return this.event(name, { operationContext: this.last.id });
  }

  disconnected(code = 200, subCode = 7000): this {
    return this.event('CallDisconnected', { resultInformation: { code, subCode } });
  }

  createFailed(code: number, subCode: number, sipDetails?: Details): this {
    return this.event('CreateCallFailed', {
      resultInformation: { code, subCode, ...(sipDetails ? { sipDetails } : {}) },
    });
  }

  cancel(id = 'cancel'): this {
    return this.wait(10).take({ type: 'CancelCall', id, at: this.now, actor: 'coordinator:ann' });
  }

  /** What the call is doing now, in two words. */
  get doing(): string {
    const position = this.state?.position;
    return position && 'step' in position ? `${position.at} ${position.step}` : (position?.at ?? 'nothing');
  }

  get answers(): string[] {
    return (this.state?.answers ?? []).map((answer) => `${answer.question}:${answer.response}`);
  }

  get result(): string {
    assert.ok(this.state);
    return `${callStatus(this.state)} ${callDisposition(this.state) ?? 'open'}`;
  }

  sent(type: CommandType): Sent[] {
    return this.log.filter((entry) => entry.kind === 'command' && entry.type === type) as Sent[];
  }
}
