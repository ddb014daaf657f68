import { randomUUID } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createQueues, type Queue } from '../../src/adapters/queues/client.ts';
import { azurite } from '../support/azurite.ts';
import { createMemoryQueue } from './memory-queue.ts';
import { START_MS } from './run.ts';
import { createScheduler } from './scheduler.ts';
import { createSim } from './sim.ts';

const MINUTE_MS = 60_000;

/** The model and what it is a model of: both must pass. */
const QUEUES: Readonly<Record<string, () => Promise<Queue>>> = {
  'in memory': async () => createMemoryQueue(createSim(1, createScheduler(START_MS), 1), 'q'),
  'of the service': async () => {
    const { connectionString } = await azurite();
    return createQueues({ connectionString }, { createQueues: true })(`q${randomUUID()}`);
  },
};

for (const [name, open] of Object.entries(QUEUES)) {
  const tests = suite(`queue ${name}`);

  tests("a message that was received is nobody else's until it is shown again", async () => {
    const queue = await open();
    await queue.send('a', 0, true);
    const [first] = await queue.receive(1, MINUTE_MS);
    assert.equal([first?.text, first?.deliveries], ['a', 1]);
    assert.equal(await queue.receive(1, MINUTE_MS), []);
    await queue.update(first!, 0, 'b');
    const [second] = await queue.receive(1, MINUTE_MS);
    assert.equal([second?.text, second?.deliveries], ['b', 2]);
  });

  tests('a message that is sent with a delay is hidden', async () => {
    const queue = await open();
    await queue.send('a', MINUTE_MS, true);
    assert.equal(await queue.receive(1, MINUTE_MS), []);
    assert.is(await queue.count(), 1);
  });

  tests('with a receipt that is out of date nothing is changed and nothing removed', async () => {
    const queue = await open();
    const sent = await queue.send('a', 0, true);
    const [received] = await queue.receive(1, MINUTE_MS);
    assert.is(await queue.update(sent, 0), null);
    await queue.remove(sent);
    assert.is(await queue.count(), 1);
    const renewed = await queue.update(received!, MINUTE_MS);
    assert.is(await queue.update(received!, 0), null);
    await queue.remove(renewed!);
    assert.is(await queue.count(), 0);
    assert.is(await queue.update(renewed!, 0), null);
  });

  tests('of several no more come than are asked for, and all are counted, hidden or not', async () => {
    const queue = await open();
    for (const text of ['a', 'b', 'c']) await queue.send(text, 0, false);
    const two = await queue.receive(2, MINUTE_MS);
    assert.equal(
      two.map(({ text }) => text),
      ['a', 'b'],
    );
    assert.equal(
      (await queue.receive(32, MINUTE_MS)).map(({ text }) => text),
      ['c'],
    );
    assert.is(await queue.count(), 3);
  });

  tests('a receipt is good for as long as nobody else was given the message, also when it is shown again', async () => {
    const queue = await open();
    const sent = await queue.send('a', 0, true);
    assert.ok(await queue.update(sent, MINUTE_MS));
  });

  tests.run();
}
