import { CodedError } from '../base/coded-error.ts';

/** What can be seen and heard of a call at the member's end, oldest first. */
export type Heard = { readonly atMs: number; readonly kind: string; readonly text: string; readonly lang?: string };

/** `speaks`: a prompt is being said. `listens`: a key is waited for. `leftMs`: how much of `forMs` was left when it was asked. */
export type Moment = { readonly kind: 'speaks' | 'listens'; readonly forMs: number; readonly leftMs: number };

/** A call as it stands at the member's end. */
export type PhoneCall = {
  readonly callConnectionId: string;
  readonly state: 'connecting' | 'connected' | 'disconnecting' | 'disconnected' | string;
  readonly moment?: Moment;
  readonly transcript: readonly Heard[];
};

export type PhoneDeed = 'answer' | 'decline' | 'hang-up' | { readonly keys: string };

/** The simulator does not answer, or not as it should. */
export class TelephonesError extends CodedError<'TELEPHONES_UNAVAILABLE'> {
  override readonly name = 'TelephonesError';
}

/** The telephones of a simulator, which a browser can take up. They are reached over its control API only. */
export type Telephones = {
  /** Whether calls to this number ring for a person rather than for a virtual member. */
  isTakenUp(number: string): Promise<boolean>;
  /** From the next call on this number rings for a person. */
  takeUp(number: string): Promise<void>;
  /** From the next call on the virtual member answers again who did before. */
  putDown(number: string): Promise<void>;
  /** The newest call that rang here for a person; null: there was none. */
  newestCall(number: string): Promise<PhoneCall | null>;
  /** False when the call is not in a state for it. */
  act(callConnectionId: string, deed: PhoneDeed): Promise<boolean>;
};

const PERSON = 'person';
/** It is on this machine. */
const LIMIT_MS = 2_000;

/** Only the newest of them are looked at. */
const CALLS = 5;

/**
 * @param url of the simulator, such as `http://127.0.0.1:8090`
 * @throws TelephonesError from everything
 */
export function createTelephones(url: string): Telephones {
  /** Who answered before somebody took a phone up. */
  const before = new Map<string, unknown>();

  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const asked = fetch(`${url}/_simulator${path}`, { ...init, signal: AbortSignal.timeout(LIMIT_MS) });
    const response = await asked.catch((cause: unknown) => {
      throw new TelephonesError('TELEPHONES_UNAVAILABLE', 'the simulator does not answer', { cause });
    });
    if (response.ok || response.status === 409 || response.status === 404) return response;
    throw new TelephonesError('TELEPHONES_UNAVAILABLE', `the simulator answers ${response.status}`);
  };
  const memberPath = (number: string): string => `/members/${encodeURIComponent(number)}`;
  const behaviourOf = async (number: string): Promise<{ readonly answer?: unknown }> =>
    (await (await ask(memberPath(number))).json()) as { answer?: unknown };
  const setBehaviour = (number: string, behaviour: unknown): Promise<Response> =>
    ask(memberPath(number), { method: 'PUT', body: JSON.stringify(behaviour) });

  return {
    isTakenUp: async (number) => (await behaviourOf(number)).answer === PERSON,
    async takeUp(number) {
      const behaviour = await behaviourOf(number);
      if (behaviour.answer === PERSON) return;
      before.set(number, behaviour);
      await setBehaviour(number, PERSON);
    },
    async putDown(number) {
      await setBehaviour(number, before.get(number) ?? 'answers-all');
      before.delete(number);
    },
    async newestCall(number) {
      const response = await ask(`/calls?limit=${CALLS}&number=${encodeURIComponent(number)}`);
      const { calls } = (await response.json()) as { calls: readonly (PhoneCall & { isForPerson: boolean })[] };
      return calls.find(({ isForPerson }) => isForPerson) ?? null;
    },
    async act(callConnectionId, deed) {
      const call = `/calls/${encodeURIComponent(callConnectionId)}`;
      const response =
        typeof deed === 'string'
          ? await ask(`${call}/${deed}`, { method: 'POST' })
          : await ask(`${call}/press`, { method: 'POST', body: JSON.stringify({ tones: deed.keys }) });
      return response.ok;
    },
  };
}
