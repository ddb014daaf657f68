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
  const policy = boundedRequests(LIMIT_MS);
  assert.is(await policy.sendRequest(requestTo('https://a.example'), async () => answer), answer);
  const refused = new Error('refused');
  const failed = policy.sendRequest(requestTo('https://a.example'), () => Promise.reject(refused));
  assert.is(await failed.catch((error: unknown) => error), refused);
});

test('what is not answered in time is called off and given up, whether it heeds the signal or not', async () => {
  const policy = boundedRequests(LIMIT_MS);
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
});

test('of a command and of an entry that were given up so nobody can say what became of them', async () => {
  const policy = boundedRequests(LIMIT_MS);
  const error = await policy.sendRequest(requestTo('https://a.example'), never).catch((reason: unknown) => reason);
  for (const type of ['PlaceCall', 'AskQuestion', 'HangUp', 'CheckCall'] as const)
    assert.equal(classify(error, type, 0), { type: 'Unknown', reason: 'timeout' });
  assert.is(failureOf(error).kind, 'unknown');
});

test.run();
