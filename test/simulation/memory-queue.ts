import type { Queue, Receipt } from '../../src/adapters/queues/client.ts';
import type { Sim } from './sim.ts';

/** A queue of the storage service in memory, and for a checker a way to look at it without asking. */
export type MemoryQueue = Queue & { texts(): readonly string[] };

/** Of a simulated world what a queue needs. */
type QueueSim = Pick<Sim, 'faults' | 'hit' | 'between'> & { readonly scheduler: Pick<Sim['scheduler'], 'now'> };

type Message = {
  readonly messageId: string;
  text: string;
  receipt: string;
  visibleAtMs: number;
  deliveries: number;
};

/** The longest that a message stays hidden beyond what was asked for. */
const LATE_MS = 120_000;

/**
 * What the service keeps of a queue, whoever asks. It may lose a message, keep it twice, and show it late.
 * Messages do not expire: that takes the service seven days, and no simulated world lasts so long.
 */
export function createMemoryQueue(sim: QueueSim, name: string): MemoryQueue {
  const messages = new Map<string, Message>();
  let ids = 0;
  let receipts = 0;

  const hideFor = (ms: number): number => {
    const late = sim.hit('queue-late', sim.faults.queueLate) ? sim.between('queue-late-ms', 0, LATE_MS) : 0;
    // On the wire there are whole seconds.
    return sim.scheduler.now() + Math.ceil(ms / 1_000) * 1_000 + late;
  };
  const handOut = (message: Message, hiddenMs: number): Receipt => {
    receipts += 1;
    message.receipt = `receipt-${receipts}`;
    message.visibleAtMs = hideFor(hiddenMs);
    return { messageId: message.messageId, receipt: message.receipt };
  };
  const keep = (text: string, delayMs: number): Receipt => {
    ids += 1;
    const message: Message = { messageId: `${name}-${ids}`, text, receipt: '', visibleAtMs: 0, deliveries: 0 };
    messages.set(message.messageId, message);
    return handOut(message, delayMs);
  };
  const find = ({ messageId, receipt }: Receipt): Message | null => {
    const message = messages.get(messageId);
    return message?.receipt === receipt ? message : null;
  };

  return {
    name,
    texts: () => [...messages.values()].map(({ text }) => text),
    async send(text, delayMs) {
      const sent = keep(text, delayMs);
      if (sim.hit('queue-doubled', sim.faults.queueDoubled)) keep(text, delayMs);
      if (sim.hit('queue-loses', sim.faults.queueLoses)) messages.delete(sent.messageId);
      return sent;
    },
    async receive(most, hiddenMs) {
      const nowMs = sim.scheduler.now();
      const due = [...messages.values()].filter(({ visibleAtMs }) => visibleAtMs <= nowMs);
      return due.slice(0, most).map((message) => {
        message.deliveries += 1;
        const { text, deliveries } = message;
        return { ...handOut(message, hiddenMs), text, deliveries };
      });
    },
    async update(message, hiddenMs, text) {
      const found = find(message);
      if (!found) return null;
      found.text = text ?? found.text;
      return handOut(found, hiddenMs);
    },
    async remove(message) {
      if (find(message)) messages.delete(message.messageId);
    },
    async count() {
      return messages.size;
    },
  };
}
