import type { Call } from '../calls/call.ts';
import { announceTry } from '../calls/callback-line.ts';
import { type CloudEvent, shortType } from '../calls/cloud-event.ts';
import { chance, uuidFrom } from '../faults/prng.ts';
import { type DeliveryParts, deliver } from './delivery.ts';

/** How long an event waits for a second one to share an array with. */
const PAIR_WAIT_MS = 2_000;
/** The longest that an event takes to another call's address. */
const STRAY_MS_MAX = 5_000;

/** Sends events to their receivers, with the faults that are set. */
export type Callbacks = {
  publish(call: Call, event: CloudEvent, uri: string): void;
  /** Events that are neither delivered nor given up. */
  pending(): number;
};

type Office = { readonly parts: DeliveryParts; pending: number };

/** Callbacks of a simulator. */
export function createCallbacks(parts: DeliveryParts): Callbacks {
  const office: Office = { parts, pending: 0 };
  return {
    publish: (call, event, uri) => publish(office, call, event, uri),
    pending: () => office.pending,
  };
}

function publish(office: Office, call: Call, event: CloudEvent, uri: string): void {
  const { parts } = office;
  const plan = planFor(call, event, parts);
  const { strayAfterMs } = plan;
  const elsewhere = strayAfterMs === undefined ? undefined : parts.addressOfAnother(call, call.random('stray-to'));
  if (elsewhere !== undefined)
    void send(office, call, [event], elsewhere, { delayMs: strayAfterMs ?? 0, inLine: false });
  if (plan.drop) {
    parts.counters().callbacksDropped++;
    return;
  }
  const isSecond = call.line.held?.uri === uri;
  release(office, call, isSecond ? [event] : []);
  if (isSecond) return;
  if (plan.hold) {
    office.pending++;
    const cancel = parts.timers.after(PAIR_WAIT_MS, () => release(office, call, []));
    call.line.held = { event, uri, release: cancel };
    return;
  }
  void send(office, call, [event], uri, plan);
  const { duplicateAfterMs, unknownId } = plan;
  if (duplicateAfterMs !== undefined) {
    void send(office, call, [event], uri, { delayMs: duplicateAfterMs, inLine: false });
  }
  if (unknownId !== undefined) {
    void send(office, call, [unknownEvent(event, unknownId)], uri, { delayMs: plan.delayMs, inLine: true });
  }
}

/** Sends the event that waits for company, together with what has come. */
function release(office: Office, call: Call, company: readonly CloudEvent[]): void {
  const { held } = call.line;
  if (held === undefined) return;
  call.line.held = undefined;
  office.pending--;
  held.release();
  void send(office, call, [held.event, ...company], held.uri, { delayMs: 0, inLine: true });
}

async function send(
  office: Office,
  call: Call,
  events: readonly CloudEvent[],
  uri: string,
  { delayMs, inLine }: Pick<Plan, 'delayMs' | 'inLine'>,
): Promise<void> {
  const { parts } = office;
  const { line } = call;
  office.pending++;
  const before = inLine ? line.tail : undefined;
  const ready = delayMs > 0 ? parts.timers.sleep(delayMs) : undefined;
  let tried = () => {};
  const firstTry = new Promise<void>((resolve) => {
    tried = resolve;
  });
  if (inLine) line.tail = firstTry;
  // An event starts when its predecessor has been tried once: in order as long as all goes well, yet a receiver that
  // fails an event does not hold up the call.
  await before;
  await ready;
  await deliver(parts, events, uri, call.random('retry'), () => {
    tried();
    announceTry(line);
  });
  tried();
  office.pending--;
}

type Plan = {
  readonly drop: boolean;
  readonly hold: boolean;
  readonly inLine: boolean;
  readonly delayMs: number;
  readonly duplicateAfterMs: number | undefined;
  readonly unknownId: string | undefined;
  readonly strayAfterMs: number | undefined;
};

/** Draws from every stream for every event, so that the setting of one fault never shifts another. */
function planFor(call: Call, event: CloudEvent, parts: DeliveryParts): Plan {
  const faults = parts.faults();
  const touched = faults.callbackTypes.length === 0 || faults.callbackTypes.includes(shortType(event));
  const hit = (concern: string, rate: number) => chance(call.random(concern), rate) && touched;
  const unknownId = uuidFrom(call.random('unknown-type-id'));
  const reorderMs = call.random('reorder')() * faults.callbackReorderWindowMs;
  const strayMs = call.random('stray-delay')() * STRAY_MS_MAX;
  const duplicateMs = call.random('duplicate-delay')() * faults.callbackDuplicateDelayMs;
  const reordered = touched && faults.callbackReorderWindowMs > 0;
  return {
    drop: hit('drop', faults.callbackDropRate),
    hold: hit('pair', faults.callbackPairRate),
    inLine: !reordered,
    delayMs: (touched ? faults.callbackDelayMs : 0) + (reordered ? reorderMs : 0),
    duplicateAfterMs: hit('duplicate', faults.callbackDuplicateRate) ? duplicateMs : undefined,
    unknownId: hit('unknown-type', faults.callbackUnknownTypeRate) ? unknownId : undefined,
    strayAfterMs: hit('stray', faults.callbackStrayRate) ? strayMs : undefined,
  };
}

function unknownEvent(event: CloudEvent, id: string): CloudEvent {
  const type = 'Microsoft.Communication.SimulatedUnknownEvent';
  return { ...event, id, type, data: { ...event.data, publicEventType: type } };
}
