import { createServer } from 'node:http';
import type { Telephony } from '../../../src/app/ports.ts';
import type { AcsSettings } from '../../support/acs-settings.ts';
import { telephonyTo } from '../../support/acs-telephony.ts';
import { listen } from '../../support/loopback.ts';
import { askCommand, hangUpCommand, placeCommand, sayCommand } from '../load/commands.ts';
import { createMint } from '../load/tokens.ts';
import { serveWorker } from '../serve-worker.ts';
import { bareTokenCheck } from './token-check.ts';

const AT_ONCE = 16;

type Leg = {
  readonly callConnectionId: string | null;
  readonly phoneNumber: string;
  readonly callbackUri: string;
  readonly isOurs: () => boolean;
};

let telephony: Telephony | null = null;
let legs: readonly Leg[] = [];

/**
 * The requests of a call and nothing else. Sent through the server's own adapter, which uses the SDK in a cheaper way
 * than its documentation shows: what the adapter saves must not count for the server.
 */
function start(acs: AcsSettings): void {
  telephony = telephonyTo(acs);
}

/** Places calls, and returns the processor time that it took in microseconds. */
function place(count: number, callbackUri: string): Promise<number> {
  const numbers = Array.from({ length: count }, (_, index) => `+1556${String(index).padStart(7, '0')}`);
  const placed: Leg[] = [];
  return cpuOf(async () => {
    await eachOf(numbers, async (phoneNumber) => {
      const leg = { callConnectionId: null, phoneNumber, callbackUri, isOurs: () => true };
      const outcome = await sender().send(placeCommand(phoneNumber, callbackUri), leg);
      if (outcome.type !== 'Accepted') throw new Error(`createCall: ${JSON.stringify(outcome)}`);
      placed.push({ ...leg, callConnectionId: outcome.callConnectionId ?? null });
    });
    legs = placed;
  });
}

/** Asks four times, says goodbye and hangs up on each of the calls. */
function talk(): Promise<number> {
  return cpuOf(() =>
    eachOf(legs, async (leg) => {
      const commands = [askCommand(), askCommand(), askCommand(), askCommand(), sayCommand()];
      for (const command of [...commands, hangUpCommand(leg.callConnectionId ?? '')]) {
        const outcome = await sender().send(command, leg);
        if (outcome.type !== 'Accepted') throw new Error(`${command.type}: ${JSON.stringify(outcome)}`);
      }
    }),
  );
}

/** Checks so many tokens, and returns the processor time that it took in microseconds. */
async function checkTokens(count: number): Promise<number> {
  const mint = createMint();
  const body = JSON.stringify(mint.keySet);
  const keyServer = createServer((_request, response) => response.end(body));
  const { url: jwksUrl, close } = await listen(keyServer);
  const check = bareTokenCheck({ issuer: mint.issuer, audience: mint.audience, jwksUrl });
  const headers = Array.from({ length: 100 }, () => `Bearer ${mint.token()}`);
  // Fetches the keys, and lets the code get warm.
  await eachOf([...headers, ...headers, ...headers], check);
  const many = Array.from({ length: count }, (_, index) => headers[index % headers.length]!);
  const cpuMicros = await cpuOf(() => eachOf(many, check));
  await close();
  return cpuMicros;
}

async function eachOf<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function sender(): Telephony {
  if (!telephony) throw new Error('not started');
  return telephony;
}

const handlers = { start, place, talk, checkTokens };

export type BareRequestsWorker = typeof handlers;

serveWorker(handlers);
