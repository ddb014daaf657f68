import type { Outcome } from '../../../src/domain/call/bodies.ts';
import { CONNECTION, type Conversation } from './conversation.ts';

/** What a member does when asked, prompt by prompt: a tone, nothing, or the end of the call. */
export type Reaction = 'one' | 'two' | 'five' | 'silent' | 'fails' | 'hangs-up' | 'presses-and-hangs-up';

type Delivery = (call: Conversation) => void;

/**
 * A provider that answers each command as ACS does and hands over what it has to tell in whatever order it is asked
 * for: outcomes and callbacks wait in `pending` until `deliver` takes one.
 */
export class Line {
  readonly pending: Delivery[] = [];
  readonly pressed: string[] = [];
  readonly #reactions: Reaction[];
  readonly #call: Conversation;
  #served = 0;
  #asked = 0;
  #up = true;

  constructor(call: Conversation, reactions: readonly Reaction[]) {
    this.#call = call;
    this.#reactions = [...reactions];
    this.serve();
  }

  /** Delivers the pending item at `index` (modulo their number); a duplicate of it may stay behind. */
  deliver(index: number, fate: 'once' | 'twice' | 'lost'): void {
    const [item] = this.pending.splice(index % this.pending.length, 1);
    if (!item) return;
    if (fate !== 'lost') item(this.#call);
    if (fate === 'twice') this.pending.push(item);
    this.serve();
  }

  /** Answers the commands that were recorded since. */
  serve(): void {
    const sent = this.#call.log.filter((entry) => entry.kind === 'command');
    for (const command of sent.slice(this.#served)) {
      this.#served += 1;
      const { id, type } = command;
      if (type === 'PlaceCall') this.#placed(command);
      if (type === 'AskQuestion') this.#asks(command);
      if (type === 'SayMessage' && this.#answer(command)) this.#tell('PlayCompleted', { operationContext: id });
      if (type === 'HangUp' && this.#answer(command)) this.#end(7000);
      if (type === 'CheckCall') this.#answer(command, { type: 'Accepted', callState: 'connected' });
    }
  }

  #placed(command: { id: string; type: string }): void {
    this.#answer(command, { type: 'Accepted', callConnectionId: CONNECTION });
    this.#tell('ParticipantsUpdated', { participants: [], sequenceNumber: 1 });
    this.#tell('CallConnected', {});
  }

  #asks(command: { id: string; type: string }): void {
    if (!this.#answer(command)) return;
    const operationContext = command.id;
    const reaction = this.#reactions[this.#asked] ?? 'silent';
    this.#asked += 1;
    if (reaction === 'silent')
      this.#tell('RecognizeFailed', { operationContext, resultInformation: { code: 400, subCode: 8510 } });
    if (reaction === 'fails')
      this.#tell('RecognizeFailed', { operationContext, resultInformation: { code: 500, subCode: 8511 } });
    if (['one', 'two', 'five'].includes(reaction)) this.#press(operationContext, reaction);
    if (reaction === 'presses-and-hangs-up') this.#press(operationContext, 'one');
    if (reaction === 'hangs-up' || reaction === 'presses-and-hangs-up') this.#end(560000);
  }

  #press(operationContext: string, tone: string): void {
    this.pressed.push(tone);
    const resultInformation = { code: 200, subCode: 8531 };
    this.#tell('RecognizeCompleted', { operationContext, dtmfResult: { tones: [tone] }, resultInformation });
  }

  #end(subCode: number): void {
    if (this.#up) this.#tell('CallDisconnected', { resultInformation: { code: 200, subCode } });
    this.#up = false;
  }

  /** Whether the line is still up. */
  #answer(command: { id: string; type: string }, accepted: Outcome = { type: 'Accepted' }): boolean {
    const outcome: Outcome = this.#up ? accepted : { type: 'Rejected', status: 404, subCode: 8522, transient: false };
    this.pending.push((call) => call.outcome(outcome, command as Parameters<Conversation['outcome']>[1]));
    return this.#up;
  }

  #tell(name: string, details: Readonly<Record<string, unknown>>): void {
    const id = `event-${this.#served}-${this.pending.length}-${name}-${this.#asked}`;
    this.pending.push((call) => call.event(name, details, id));
  }
}
