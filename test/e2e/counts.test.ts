import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isSent } from '../../src/domain/call/call.ts';
import type { Entry } from '../../src/domain/entries.ts';
import { type CountedRig, startCountedRig } from './counted-rig.ts';
import { initiate, statusOf } from './rig.ts';

/** What one callback cost, and what it caused. */
type Step = {
  /** Of its two deliveries. */
  readonly statuses: readonly number[];
  /** Table requests until the provider could be answered. */
  readonly toAnswer: number;
  /** The same of a second delivery. */
  readonly toAnswerAgain: number;
  /** Table requests after that, until everything that it caused was over. */
  readonly afterwards: number;
  /** Uses of read models and members until the answers. */
  readonly rowUses: readonly string[];
  /** Entries of the append with the callback. */
  readonly appended: readonly Entry[];
  /** Entries after that. */
  readonly followed: readonly Entry[];
};

let rig: CountedRig;
let callSessionId: string;
let steps: readonly Step[];
/** Uses of read models and members for the initiate, and after it. */
let rowUses: { readonly ofInitiate: readonly string[]; readonly ofCallbacks: readonly string[] };

test.before(async () => {
  rig = await startCountedRig([{ behaviour: 'answers-all' }]);
  callSessionId = await initiate(rig.url, 'M-1');
  await rig.release();
  const ofInitiate = [...rig.rowUses];
  steps = await wholeCall();
  rowUses = { ofInitiate, ofCallbacks: rig.rowUses.slice(ofInitiate.length) };
});
test.after(() => rig.close());

/** Lets the callbacks of the call through one by one, to its end. */
async function wholeCall(): Promise<readonly Step[]> {
  const taken: Step[] = [];
  for (let open = true; open; open = rig.app.health().openCalls > 0) taken.push(await oneCallback());
  return taken;
}

async function oneCallback(): Promise<Step> {
  const callback = await rig.callbacks.next();
  const port = Number(new URL(rig.url).port);
  const known = (await rig.log.read(callSessionId)).length;
  const uses = rig.rowUses.length;
  rig.hold();
  const [status, toAnswer] = await counted(() => callback.deliver(port));
  const appended = await rig.log.read(callSessionId, known + 1);
  const [statusAgain, toAnswerAgain] = await counted(() => callback.deliver(port));
  const rowUses = rig.rowUses.slice(uses);
  const [, afterwards] = await counted(() => rig.release());
  const followed = await rig.log.read(callSessionId, known + 1 + appended.length);
  callback.acknowledge(status);
  return { statuses: [status, statusAgain], toAnswer, toAnswerAgain, afterwards, rowUses, appended, followed };
}

/** What came of some work, and how many table requests were made meanwhile. */
async function counted<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = rig.tableRequests();
  const result = await work();
  return [result, rig.tableRequests() - before];
}

const sentBy = ({ appended }: Step) => appended.filter(({ kind, type }) => kind === 'command' && isSent(type));

test('the call that is counted is a whole one', async () => {
  assert.equal(
    steps.flatMap(({ statuses }) => statuses).filter((status) => status !== 200),
    [],
  );
  const { disposition, responses } = await statusOf(rig.url, callSessionId);
  assert.equal([disposition, responses.length], ['completed', 3]);
});

test('a callback that causes no command costs one table request', () => {
  const still = steps.filter(({ appended }) => appended.length === 1);
  assert.ok(still.length > 0, 'some cause none');
  for (const { toAnswer, afterwards } of still) assert.equal([toAnswer, afterwards], [1, 0]);
});

test('a callback costs one table request with the commands that it causes', () => {
  const moving = steps.filter(({ appended }) => appended.length > 1);
  assert.ok(moving.length > 3, 'the questions and the end were caused by callbacks');
  assert.equal(
    moving.map(({ toAnswer }) => toAnswer),
    moving.map(() => 1),
  );
});

test('the outcome of a command costs one more, after the provider has been answered', () => {
  const sending = steps.filter((step) => sentBy(step).length > 0);
  assert.ok(sending.length > 3, 'commands were sent');
  for (const step of sending) {
    assert.is(step.afterwards, sentBy(step).length);
    assert.is(step.followed.length, sentBy(step).length);
  }
});

test('a callback that comes again costs no table request', () => {
  assert.equal(
    steps.map(({ toAnswerAgain }) => toAnswerAgain),
    steps.map(() => 0),
  );
});

test('no callback reads or writes rows before it is answered, and rows are only written after that', () => {
  assert.ok(rowUses.ofInitiate.includes('members.find'), 'uses are noted');
  assert.equal(
    steps.flatMap(({ rowUses }) => rowUses),
    [],
  );
  // What they have to say of themselves is asked for now and then, and reads nothing.
  const uses = rowUses.ofCallbacks.filter((use) => !use.endsWith('.problems'));
  assert.equal([...new Set(uses)], ['readStore.write']);
});

test.run();
