import type { NewEntry } from '../../src/domain/entries.ts';
import type { Questionnaire } from '../../src/domain/questionnaire/questionnaire.ts';

/** The first entry of a call, as another process has left it. */
export function initiated({ id, version }: Questionnaire): NewEntry {
  const body = {
    memberId: 'M-1',
    phoneNumber: '+15550102000',
    callerId: '+15550100000',
    callbackUrl: 'http://127.0.0.1:9/api/calls/events',
    questionnaire: { id, version, hash: 'f'.repeat(64) },
    questions: 3,
  };
  const common = { kind: 'command', type: 'InitiateCall', id: 'initiate', cause: null } as const;
  return { ...common, at: '2026-03-02T15:00:00.000Z', actor: 'coordinator:ann', data: JSON.stringify(body) };
}
