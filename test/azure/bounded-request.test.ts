import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { classify } from '../../src/adapters/telephony/classify.ts';
import { boundedRequests, type RequestPolicy } from '../../src/azure/bounded-request.ts';
import { failureOf } from '../../src/log/tables/errors.ts';

type Request = Parameters<RequestPolicy['sendRequest']>[0];
type Answer = Awaited<ReturnType<RequestPolicy['sendRequest']>>;

const LIMIT_MS = 20;
const requestTo = (url: string) => ({ url }) as Request;
const answer = {} as Answer;
const never = () => new Promise<never>(() => {});

test('what is answered in time is passed on, and what fails in time fails as it did', async () => {
  const { policy, close } = boundedRequests(LIMIT_MS);
  assert.is(await policy.sendRequest(requestTo('https://a.example'), async () => answer), answer);
  const refused = new Error('refused');
  const failed = policy.sendRequest(requestTo('https://a.example'), () => Promise.reject(refused));
  assert.is(await failed.catch((error: unknown) => error), refused);
  close();
});

test('what is not answered in time is called off and given up, whether it heeds the signal or not', async () => {
  const { policy, close } = boundedRequests(LIMIT_MS);
  const heeding = (request: Request) =>
    new Promise<never>((_resolve, reject) => {
      request.abortSignal?.addEventListener('abort', () => reject(new Error('called off')));
    });
  for (const next of [never, heeding]) {
    const request = requestTo('https://a.example');
    const error = await policy.sendRequest(request, next).catch((reason: unknown) => reason);
    assert.is((error as Error).name, 'TimeoutError');
    assert.is(request.abortSignal?.aborted, true);
  }
  close();
});

test('of a command and of an entry that were given up so nobody can say what became of them', async () => {
  const { policy, close } = boundedRequests(LIMIT_MS);
  const error = await policy.sendRequest(requestTo('https://a.example'), never).catch((reason: unknown) => reason);
  for (const type of ['PlaceCall', 'AskQuestion', 'HangUp', 'CheckCall'] as const)
    assert.equal(classify(error, type, 0), { type: 'Unknown', reason: 'timeout' });
  assert.is(failureOf(error).kind, 'unknown');
  close();
});

test('requests share connections that are kept, one set for each protocol; an agent that is there already stays', async () => {
  const { policy, close } = boundedRequests(LIMIT_MS);
  const agentFor = async (request: Request) => {
    await policy.sendRequest(request, async () => answer);
    return request.agent;
  };
  const secure = await agentFor(requestTo('https://a.example'));
  const plain = await agentFor(requestTo('http://127.0.0.1'));
  assert.instance(secure, HttpsAgent);
  assert.instance(plain, HttpAgent);
  assert.not.instance(plain, HttpsAgent);
  assert.is(await agentFor(requestTo('https://b.example')), secure);
  const proxy = new HttpAgent();
  assert.is(await agentFor({ ...requestTo('https://a.example'), agent: proxy }), proxy);
  close();
});

test.run();
