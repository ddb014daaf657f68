import { randomUUID } from 'node:crypto';
import type { Telephony } from '../app/ports.ts';
import { teamsAccountOf } from '../domain/call/line.ts';
import type { Reading } from '../domain/call/provider.ts';
import { type Finding, failed, ok } from './check.ts';

/** That ACS takes our signature: it is asked about a call that cannot be there. Nobody is called. */
export async function checkAcs(
  telephony: Pick<Telephony, 'send'>,
  refusal: Reading['refusal'],
  line: string,
): Promise<Finding> {
  const callConnectionId = randomUUID();
  const body = { callConnectionId, attempt: 1, answerBy: new Date().toISOString() } as const;
  const outcome = await telephony.send(
    { id: randomUUID(), type: 'CheckCall', body },
    { callConnectionId, phoneNumber: line, callbackUri: '', isOurs: () => false },
  );
  if (outcome.type === 'Rejected' && refusal(outcome).means === 'over') return ok(`takes our requests${unseen(line)}`);
  if (outcome.type === 'Unknown') return failed(`no answer (${outcome.reason})`);
  if (outcome.type === 'Accepted') return failed('it knows a call that was never placed: this is not ACS');
  if (outcome.status === 0) return failed('cannot be reached, or no token can be had for it');
  return failed(`refuses our requests (${outcome.status}/${outcome.subCode}): key, role or clock`);
}

/** Teams decides at each call, by licence, number and plan, and has nothing that could be asked before. */
function unseen(line: string): string {
  return teamsAccountOf(line) === null ? '' : '; whether the Teams resource account may call, only a call shows';
}
