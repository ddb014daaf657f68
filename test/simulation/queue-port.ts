import type { Queue } from '../../src/adapters/queues/client.ts';
import { QueueError } from '../../src/adapters/queues/error.ts';
import { createWakeUps } from '../../src/adapters/queues/wake-ups.ts';
import type { WakeUps } from '../../src/app/ports.ts';
import { isDown } from './down.ts';
import { createMemoryQueue, type MemoryQueue } from './memory-queue.ts';
import { callPort, type Life } from './port-call.ts';
import type { Sim } from './sim.ts';

/** The queues that all instances of one world share. */
export type SimQueues = { readonly calls: MemoryQueue; readonly poison: MemoryQueue };

export function createSimQueues(sim: Sim): SimQueues {
  return { calls: createMemoryQueue(sim, 'calls'), poison: createMemoryQueue(sim, 'poison') };
}

/** The real wake-ups over queues in memory, as one life of an instance reaches them. */
export function wakeUpsPort(sim: Sim, life: Life, queues: SimQueues): WakeUps {
  return createWakeUps(faultyQueue(sim, life, queues.calls), faultyQueue(sim, life, queues.poison));
}

/** A queue over a network that loses requests and answers, with minutes in which nobody reaches it. */
function faultyQueue(sim: Sim, life: Life, queue: Queue): Queue {
  const call = <T>(what: string, effect: () => Promise<T>): Promise<T> =>
    callPort(sim, life, `queue.${what}`, async () => {
      const away = isDown(sim, 'queue-down', sim.faults.queueDown);
      const [before, after] = [
        sim.hit('queue-lost-before', sim.faults.queueLostBefore),
        sim.hit('queue-lost-after', sim.faults.queueLostAfter),
      ];
      if (away || before) throw lost(queue.name);
      const answer = await effect();
      if (after) throw lost(queue.name);
      return answer;
    });
  return {
    name: queue.name,
    send: (text, delayMs, expires) => call('send', () => queue.send(text, delayMs, expires)),
    receive: (most, hiddenMs) => call('receive', () => queue.receive(most, hiddenMs)),
    update: (message, hiddenMs, text) => call('update', () => queue.update(message, hiddenMs, text)),
    remove: (message) => call('remove', () => queue.remove(message)),
    count: () => call('count', () => queue.count()),
  };
}

function lost(name: string): QueueError {
  return new QueueError('QUEUE_UNAVAILABLE', `queue ${name}: QUEUE_UNAVAILABLE`);
}
