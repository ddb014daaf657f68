import { type CallbackBody, readCallbacks } from '../../src/http/events/callback-body.ts';
import type { Poster } from '../../src/simulator/callbacks/post.ts';
import { uuidFrom } from '../../src/simulator/faults/prng.ts';
import type { Checker } from './checker.ts';
import type { Fleet } from './fleet.ts';
import type { Sim } from './sim.ts';

const LATE_MS_MAX = 2 * 3_600_000;
/** Of events that come late, how often the sender tries again when nobody takes it. */
const LATE_TRIES = 3;
const LATE_RETRY_MS = 2_000;

/** Posts the provider's events to whichever instance is up, over a network that is late and loses answers. */
export function createDeliveries(sim: Sim, fleet: Fleet, checker: Checker): Poster & { pending(): number } {
  let late = 0;

  const tryOnce = async (uri: string, body: Buffer, timeoutMs: number): Promise<number> => {
    await sim.scheduler.sleep(sim.between('callback-travel', 1, 60));
    return Promise.race([handOver(sim, fleet, checker, uri, body), sim.scheduler.sleep(timeoutMs).then(() => 0)]);
  };

  const comeLate = async (uri: string, body: Buffer, timeoutMs: number): Promise<void> => {
    late += 1;
    await sim.scheduler.sleep(sim.between('callback-late-ms', 1_000, LATE_MS_MAX));
    for (let tries = 0; tries < LATE_TRIES; tries += 1) {
      const status = await tryOnce(uri, body, timeoutMs);
      if (status === 200) break;
      await sim.scheduler.sleep(LATE_RETRY_MS);
    }
    late -= 1;
  };

  return {
    async post(uri, body, _token, timeoutMs) {
      const written = rewrite(sim, addJunk(sim, body));
      if (!sim.hit('callback-late', sim.faults.callbackLate)) return tryOnce(uri, written, timeoutMs);
      sim.trace('network', `holds ${typesIn(readCallbacks(written))} for a long time`);
      void comeLate(uri, written, timeoutMs);
      return 202;
    },
    pending: () => late,
    close: () => {},
  };
}

async function handOver(sim: Sim, fleet: Fleet, checker: Checker, uri: string, body: Buffer): Promise<number> {
  const app = fleet.reached('callback-to');
  const { searchParams } = new URL(uri);
  const callSessionId = searchParams.get('call') ?? '';
  const read = readCallbacks(body);
  if (!read.ok) throw new TypeError('the provider posted what is no CloudEvent');
  traceStrays(sim, checker, callSessionId, read);
  checker.posted(callSessionId, read.callbacks);
  if (!app) {
    sim.trace('network', `nobody is up for ${typesIn(read)} of ${callSessionId}`);
    return 0;
  }
  const status = await app.receive(callSessionId, searchParams.get('secret') ?? '', read.callbacks);
  sim.trace('network', `${app.name} answered ${status} to ${typesIn(read)} of ${callSessionId}`);
  if (status === 200) checker.acknowledged(callSessionId, read.callbacks);
  return sim.hit('callback-ack-lost', sim.faults.callbackAckLost) ? 0 : status;
}

function traceStrays(sim: Sim, checker: Checker, callSessionId: string, read: CallbackBody): void {
  for (const { type, data } of read.ok ? read.callbacks : []) {
    const leg = String(Object(data)['callConnectionId']);
    const owner = checker.check.ledger.legs.get(leg) ?? callSessionId;
    if (owner !== callSessionId)
      sim.trace('network', `${type.split('.').at(-1)} of ${owner} goes astray to ${callSessionId}`);
  }
}

/** What ACS might send one day, or by mistake: it must be kept and move nothing. */
function addJunk(sim: Sim, body: Buffer): Buffer {
  if (!sim.hit('callback-junk', sim.faults.callbackJunk)) return body;
  const events: unknown[] = JSON.parse(body.toString('utf8'));
  const type = `Microsoft.Communication.${sim.pick('junk-type', ['RecognizeCompleted', 'PlayFailed', 'CallTransferred'])}`;
  const data = { operationContext: 7, resultInformation: 'none', dtmfResult: { tones: [null, {}, 'eleven'] } };
  return Buffer.from(JSON.stringify([...events, { id: uuidFrom(sim.random('junk-id')), type, data }]));
}

/** Another JSON library would lay the same event out differently, and the log keeps what came. */
function rewrite(sim: Sim, body: Buffer): Buffer {
  if (sim.hit('odd-json', 0.5)) return body;
  return Buffer.from(JSON.stringify(JSON.parse(body.toString('utf8')), null, 1).replaceAll('/', '\\/'));
}

function typesIn(read: CallbackBody): string {
  return read.ok ? read.callbacks.map(({ type }) => type.split('.').at(-1)).join(' + ') : 'nothing';
}
