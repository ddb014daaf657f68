import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { queueNames } from '../../../src/adapters/queues/storage-queues.ts';
import { eventually } from '../../support/until.ts';
import { openQueuesRig, type QueuesRig } from './rig.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';
const NOBODY = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;QueueEndpoint=http://127.0.0.1:1/a';

let account: QueuesRig;

test.before.each(async () => {
  account = await openQueuesRig();
});
test.after.each(() => account.close());

const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => null,
    (error: unknown) => (error as { code: unknown }).code,
  );

test('a message comes when it is due, and counts the visits that went well', async () => {
  const { wakeUps } = account.open({ visitMs: 1_000 });
  await wakeUps.send(CALL, 0);
  const [first] = await wakeUps.receive();
  assert.equal([first?.callSessionId, first?.visits, first?.deliveries], [CALL, 0, 1]);
  assert.equal(await wakeUps.receive(), []);
  await wakeUps.hide(first!, 0, 1);
  const [second] = await wakeUps.receive();
  assert.equal([second?.callSessionId, second?.visits, second?.deliveries], [CALL, 1, 2]);
  await wakeUps.hide(second!, 600_000, 2);
  assert.equal(await wakeUps.receive(), []);
  await wakeUps.send(CALL, 600_000);
  assert.equal(await wakeUps.receive(), []);
});

test('a visit that nobody finished comes back, and shows that it went wrong', async () => {
  const { wakeUps } = account.open({ visitMs: 1_000 });
  await wakeUps.send(CALL, 0);
  const [dropped] = await wakeUps.receive();
  const again = await eventually('the message', async () => (await wakeUps.receive())[0] ?? null);
  assert.equal([again.visits, again.deliveries], [0, 2]);
  // Too late: it is another's by now, and stays so.
  await wakeUps.hide(dropped!, 0, 1);
  await wakeUps.remove(dropped!);
  await wakeUps.hide(again, 0, 1);
  assert.is((await wakeUps.receive())[0]?.visits, 1);
});

test('whoever sent a message can take it back, unless another has been given it', async () => {
  const { wakeUps } = account.open();
  await wakeUps.remove(await wakeUps.send(CALL, 0));
  assert.equal(await wakeUps.receive(), []);
});

test('whoever sent a message can put it off as it is, unless another has been given it', async () => {
  const { wakeUps } = account.open();
  const sent = await wakeUps.send(CALL, 0);
  const hidden = await wakeUps.putOff(sent, 600_000);
  assert.equal(await wakeUps.receive(), []);
  assert.ok(hidden);
  await wakeUps.putOff(hidden, 0);
  assert.is(await wakeUps.putOff(hidden, 600_000), null, 'it was put off since');
  const [received] = await wakeUps.receive();
  assert.equal([received?.callSessionId, received?.visits, received?.deliveries], [CALL, 0, 1]);
  const again = await wakeUps.hide(received!, 600_000, 1);
  await wakeUps.remove(again!);
  assert.is((await account.service.getQueueClient(account.names.calls).getProperties()).approximateMessagesCount, 0);
});

test('what cannot be read is told from what can, and is set aside as it is', async () => {
  const { wakeUps } = account.open();
  const queue = account.service.getQueueClient(account.names.calls);
  await wakeUps.remove(await wakeUps.send(CALL, 0));
  const strange = [
    'hello <xml>&',
    '[]',
    'null',
    '{"v":2,"call":"019aab00-0000-7000-8000-000000000001","visits":0}',
    '{"v":1,"call":"+15550100000","visits":0}',
    '{"v":1,"call":"019aab00-0000-7000-8000-000000000001","visits":"many"}',
  ];
  for (const text of strange) await queue.sendMessage(text);
  const received = await wakeUps.receive();
  assert.is(received.length, strange.length);
  for (const wakeUp of received) {
    assert.is(wakeUp.callSessionId, null, wakeUp.text);
    await wakeUps.setAside(wakeUp);
  }
  const poison = await account.service.getQueueClient(account.names.poison).receiveMessages({ numberOfMessages: 32 });
  assert.equal(poison.receivedMessageItems.map(({ messageText }) => messageText).sort(), [...strange].sort());
  assert.is((await queue.getProperties()).approximateMessagesCount, 0);
});

test('names are such as the service takes', () => {
  for (const name of Object.values(queueNames('callistra'))) {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
    assert.ok(name.length <= 63, name);
  }
});

test('a missing queue is made where that is allowed, and named where not', async () => {
  const strict = account.open({ createQueues: false });
  assert.is(await codeOf(strict.wakeUps.send(CALL, 0)), 'QUEUE_MISSING');
  assert.equal(
    (await strict.check()).map(({ problem }) => problem),
    ['QUEUE_MISSING', 'QUEUE_MISSING'],
  );
  const allowed = account.open();
  assert.ok((await allowed.check()).every(({ problem }) => problem === null));
  assert.equal(
    (await strict.check()).map(({ queue, problem }) => [queue, problem]),
    Object.values(account.names).map((queue) => [queue, null]),
  );
  assert.equal(await allowed.wakeUps.receive(), [], 'checking leaves nothing behind');
});

test('a key that is not the account’s is refused, an address where nobody is cannot be reached, a wrong one is an error', async () => {
  const { url } = account.service;
  const stranger = `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=YQ==;QueueEndpoint=${url}`;
  assert.is(await codeOf(account.open({ connectionString: stranger }).wakeUps.receive()), 'QUEUE_REFUSED');
  assert.is(await codeOf(account.open({ connectionString: NOBODY }).wakeUps.receive()), 'QUEUE_UNAVAILABLE');
  assert.throws(
    () => account.open({ connectionString: 'nonsense' }),
    (error: { code?: unknown }) => error.code === 'QUEUE_BAD_ADDRESS',
  );
});

test('every request is counted', async () => {
  let requests = 0;
  const { wakeUps } = account.open({
    onRequest() {
      requests += 1;
    },
  });
  await wakeUps.send(CALL, 0);
  requests = 0;
  const [wakeUp] = await wakeUps.receive();
  await wakeUps.hide(wakeUp!, 0, 1);
  assert.is(requests, 2);
});

test.run();
