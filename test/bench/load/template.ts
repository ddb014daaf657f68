import { randomUUID } from 'node:crypto';
import { createQuestionnaires } from '../../../src/app/recording/questionnaires.ts';
import { createRecorder } from '../../../src/app/recording/recorder.ts';
import { randomIds, uuidv7 } from '../../../src/composition/ids.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { systemClock } from '../../../src/composition/system-clock.ts';
import type { SentType } from '../../../src/domain/call/bodies.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import { EMPTY_HEAD, type NewEntry } from '../../../src/domain/entries.ts';
import { questionNumbers } from '../../../src/domain/questionnaire/questionnaire.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { loadQuestionnaire } from '../../../src/questionnaires/load.ts';
import { bodyOf, legOf, WHOLE_CALL } from './mix.ts';

/** The entries of one whole call. */
export type Template = { readonly callSessionId: string; readonly entries: readonly NewEntry[] };

/** Takes one call from its beginning to its end, by the real write path, and keeps what it left in the log. */
export async function recordTemplate(log: CallEventLog): Promise<Template> {
  const questionnaires = createQuestionnaires(log);
  const questionnaire = await questionnaires.publish(await loadQuestionnaire(), new Date());
  const sent: { readonly id: string; readonly type: SentType }[] = [];
  const recorder = createRecorder({
    log,
    clock: systemClock,
    timing: TIMING,
    providers: PROVIDERS,
    freshId: randomIds.uuid,
    questionnaire: questionnaires.find,
  });
  recorder.follow([
    {
      recorded(_state, entries) {
        for (const { kind, id, type } of entries) {
          if (kind === 'command' && type !== 'InitiateCall') sent.push({ id, type: type as SentType });
        }
      },
    },
  ]);
  const callSessionId = uuidv7(Date.now());
  const leg = legOf(callSessionId);
  const at = (): string => new Date().toISOString();
  const accept = async (): Promise<void> => {
    for (const { id, type } of sent.splice(0)) {
      const outcome = { type: 'Accepted', ...(type === 'PlaceCall' && { callConnectionId: leg }) } as const;
      await recorder.record(callSessionId, { type: 'Outcome', at: at(), commandId: id, commandType: type, outcome });
    }
  };
  const { id, version, hash } = questionnaire;
  const body = {
    memberId: 'M-1',
    phoneNumber: '+15550100123',
    callerId: '+15550100000',
    callbackUrl: 'https://calls.example.org/api/calls/events',
    questionnaire: { id, version, hash },
    questions: questionNumbers(questionnaire).length,
  };
  const actor = 'coordinator:bench';
  await log.register(callSessionId, new Date(at()));
  await recorder.record(callSessionId, { type: 'InitiateCall', id: randomUUID(), at: at(), actor, body, dial: true });
  await accept();
  for (const step of WHOLE_CALL) {
    const raw = bodyOf(step, callSessionId, leg).slice(1, -1);
    const event: { id: string; type: string; data: object } = JSON.parse(raw);
    const input = { type: 'Callback', id: event.id, eventType: event.type, data: event.data, raw, at: at() } as const;
    await recorder.record(callSessionId, input);
    await accept();
  }
  return { callSessionId, entries: await log.read(callSessionId) };
}

/** The entries of another call that went the same way. */
export function copyOf(template: Template, callSessionId: string): NewEntry[] {
  const renamed = (text: string): string =>
    text
      .replaceAll(template.callSessionId, callSessionId)
      .replaceAll(legOf(template.callSessionId), legOf(callSessionId));
  return template.entries.map(({ kind, type, id, at, actor, cause, data }) => ({
    kind,
    type,
    id: renamed(id),
    at,
    actor,
    cause: cause === null ? null : renamed(cause),
    data: renamed(data),
  }));
}

const STREAMS_AT_ONCE = 20;

/** Writes copies of the template through the log's own port until it has so many entries. */
export async function fillLog(log: CallEventLog, template: Template, entryCount: number): Promise<number> {
  let written = template.entries.length;
  const startMs = Date.now();
  for (let stream = 1; written < entryCount; ) {
    const writes: Promise<unknown>[] = [];
    for (let taken = 0; taken < STREAMS_AT_ONCE && written < entryCount; taken += 1, stream += 1) {
      const callSessionId = uuidv7(startMs + stream);
      const entries = copyOf(template, callSessionId);
      writes.push(log.register(callSessionId, new Date(startMs)), log.append(callSessionId, EMPTY_HEAD, entries));
      written += entries.length;
    }
    await Promise.all(writes);
  }
  return written;
}
