import { createServer, type RequestListener } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NoticeError } from '../../../src/adapters/topic/error.ts';
import { createTopicPublisher, type TopicOptions } from '../../../src/adapters/topic/publisher.ts';
import { noticesOf } from '../../../src/app/notices.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { at, callId, rows } from '../../projections/samples.ts';
import { listen } from '../../support/loopback.ts';

const NOTICES = noticesOf(
  rows(1, { status: 'Disconnected', disposition: 'partial', updatedAt: at(60) }, { 1: 'canary' }),
);

const test = suite<{ simulator: Simulator }>('publishing to a topic');
test.before.each(async (context) => {
  context.simulator = await startSimulator({ seed: 5 });
});
test.after.each(({ simulator }) => simulator.close());

function publisherFor(simulator: Simulator, key = simulator.topicKey, options: TopicOptions = {}) {
  return createTopicPublisher({ endpoint: simulator.topicEndpoint('notices'), key }, options);
}

/** `code message` of what is thrown, which must be ours. */
async function failure(promise: Promise<void>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof NoticeError)) throw new Error('an error of somebody else came out');
    return `${error.code} ${error.message}`;
  }
  return 'none';
}

test('notices arrive as CloudEvents in one request', async ({ simulator }) => {
  await publisherFor(simulator).publish(NOTICES);
  const [answer, end] = simulator.topicEvents('notices').map(({ event }) => event);
  assert.equal(end, {
    specversion: '1.0',
    id: `${callId(1)}-ended-partial`,
    type: 'Callistra.CallEnded',
    source: '/callistra',
    subject: `calls/${callId(1)}`,
    time: at(60),
    datacontenttype: 'application/json',
    data: {
      callSessionId: callId(1),
      callConnectionId: 'connection-1',
      status: 'Disconnected',
      disposition: 'partial',
      updatedAt: at(60),
    },
  });
  assert.is(answer?.['type'], 'Callistra.ResponseRecorded');
  assert.not.match(JSON.stringify(answer), 'canary');
  assert.is(new Set(simulator.topicEvents().map(({ receivedAtMs }) => receivedAtMs)).size, 1);
});

test('a topic that is away for a moment is no failure', async ({ simulator }) => {
  simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 503, topicFaultsMax: 2 });
  assert.is(await failure(publisherFor(simulator).publish(NOTICES)), 'none');
  assert.is(simulator.topicEvents().length, NOTICES.length);
});

for (const [status, code] of [
  [401, 'NOTICE_REFUSED'],
  [403, 'NOTICE_REFUSED'],
  [413, 'NOTICE_REFUSED'],
  [400, 'NOTICE_REFUSED'],
  [500, 'NOTICE_UNAVAILABLE'],
  [503, 'NOTICE_UNAVAILABLE'],
] as const) {
  test(`a topic that keeps answering ${status} is ${code}`, async ({ simulator }) => {
    simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: status });
    assert.is(await failure(publisherFor(simulator).publish(NOTICES)), `${code} the topic answered ${status}`);
  });
}

test('a topic that asks for more patience than there is time for is NOTICE_UNAVAILABLE', async ({ simulator }) => {
  simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 429, retryAfterSeconds: 3_600 });
  const publisher = publisherFor(simulator, simulator.topicKey, { timeLimitMs: 200 });
  assert.is(await failure(publisher.publish(NOTICES)), 'NOTICE_UNAVAILABLE the topic did not answer');
});

test('a topic that never answers is NOTICE_UNAVAILABLE when the time is over', async ({ simulator }) => {
  simulator.setFaults({ topicLoseAnswerRate: 1, loseAnswerBy: 'silence' });
  const publisher = publisherFor(simulator, simulator.topicKey, { timeLimitMs: 200 });
  assert.is(await failure(publisher.publish(NOTICES)), 'NOTICE_UNAVAILABLE the topic did not answer');
  assert.is(simulator.topicEvents().length, NOTICES.length);
});

test('a topic that begins to answer and never ends is NOTICE_UNAVAILABLE', async () => {
  const begin: RequestListener = (_request, response) => response.writeHead(500, { 'content-length': '10' }).write('x');
  await withServer(begin, async (url) => {
    const publisher = createTopicPublisher({ endpoint: `${url}/api/events`, key: 'key' }, { timeLimitMs: 200 });
    assert.is(await failure(publisher.publish(NOTICES)), 'NOTICE_UNAVAILABLE the topic did not answer');
  });
});

test('a redirect is not followed', async () => {
  const paths: (string | undefined)[] = [];
  const redirect: RequestListener = (request, response) => {
    paths.push(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  };
  await withServer(redirect, async (url) => {
    const publisher = createTopicPublisher({ endpoint: `${url}/api/events`, key: 'key' });
    assert.is(await failure(publisher.publish(NOTICES)), 'NOTICE_UNAVAILABLE the topic answered 307');
  });
  assert.equal(paths, ['/api/events?api-version=2018-01-01']);
});

test('nobody listening is NOTICE_UNAVAILABLE', async ({ simulator }) => {
  const publisher = publisherFor(simulator);
  await simulator.close();
  assert.is(await failure(publisher.publish(NOTICES)), 'NOTICE_UNAVAILABLE the topic did not answer');
});

test('a check publishes nothing, and finds a wrong key', async ({ simulator }) => {
  assert.is(await failure(publisherFor(simulator).check()), 'none');
  assert.is(await failure(publisherFor(simulator, 'wrong').check()), 'NOTICE_REFUSED the topic answered 401');
  assert.equal(simulator.topicEvents(), []);
});

test('a topic that dislikes an empty batch has passed the check', async ({ simulator }) => {
  simulator.setFaults({ topicErrorRate: 1, topicErrorStatus: 400 });
  assert.is(await failure(publisherFor(simulator).check()), 'none');
});

test('without a token nothing is sent, and no error of the login comes out', async () => {
  const credential = {
    getToken: async () => {
      throw Object.assign(new Error('secret'), { details: {}, name: 'CredentialUnavailableError' });
    },
  };
  const publisher = createTopicPublisher({ endpoint: 'https://127.0.0.1:9/api/events', credential });
  assert.is(await failure(publisher.publish(NOTICES)), 'NOTICE_UNAVAILABLE the topic did not answer');
});

test('a login that takes for ever is given up', async () => {
  const credential = { getToken: () => new Promise<never>(() => {}) };
  const endpoint = 'https://127.0.0.1:9/api/events';
  const publisher = createTopicPublisher({ endpoint, credential }, { timeLimitMs: 100 });
  assert.is(await failure(publisher.publish(NOTICES)), 'NOTICE_UNAVAILABLE the topic did not answer');
});

for (const [what, access] of [
  ['no URL', { endpoint: 'topic', key: 'key' }],
  ['another protocol', { endpoint: 'ftp://127.0.0.1/', key: 'key' }],
  ['http elsewhere', { endpoint: 'http://topic.example/api/events', key: 'key' }],
  ['http with a token', { endpoint: 'http://127.0.0.1/api/events', credential: { getToken: async () => null } }],
] as const) {
  test(`an endpoint that can never work is refused at once: ${what}`, () => {
    assert.throws(
      () => createTopicPublisher(access),
      (error: NoticeError) => error.code === 'NOTICE_BAD_ENDPOINT',
    );
  });
}

async function withServer(listener: RequestListener, run: (url: string) => Promise<void>): Promise<void> {
  const { url, close } = await listen(createServer(listener));
  try {
    await run(url);
  } finally {
    await close();
  }
}

test.run();
