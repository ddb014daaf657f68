/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { Frame, type Visit } from '../parts/frame.tsx';
import type { Heard, PhoneCall } from '../telephones.ts';

type PhoneProps = {
  readonly visit: Visit;
  readonly memberId: string;
  /** Whether calls to the member ring here. */
  readonly isTakenUp: boolean;
  /** The newest call while it can be taken part in, or has just ended; null: none. */
  readonly call: PhoneCall | null;
};

/** A telephone: whoever opens it is the member. */
export function Phone({ visit, memberId, isTakenUp, call }: PhoneProps): VNode {
  const path = `/console/members/${encodeURIComponent(memberId)}/phone`;
  return (
    <Frame visit={visit} title="Telephone">
      <p>
        You are{' '}
        <a href={`/console/members/${encodeURIComponent(memberId)}`}>
          <bdi>{memberId}</bdi>
        </a>
        . Calls to this member {isTakenUp ? 'ring here' : 'are answered by a virtual member'}.
      </p>
      <form method="post" action={`${path}/${isTakenUp ? 'put-down' : 'take-up'}`}>
        <button class={isTakenUp ? undefined : 'primary'} type="submit">
          {isTakenUp ? 'Give it back to the virtual member' : 'Take it up'}
        </button>
      </form>
      {isTakenUp && (
        <section class="phone" id="phone" data-live data-phone={path} aria-label="Telephone">
          <State path={path} call={call} />
        </section>
      )}
    </Frame>
  );
}

const STATES: Readonly<Record<string, string>> = {
  connecting: 'It rings',
  connected: 'On the line',
  disconnecting: 'Ending',
  disconnected: 'The call is over',
};

function State({ path, call }: { readonly path: string; readonly call: PhoneCall | null }): VNode {
  if (!call) return <p class="phone-state">Waiting for a call.</p>;
  const deed = (what: string, words: string, kind: string) => (
    <form method="post" action={`${path}/${what}`}>
      <input type="hidden" name="call" value={call.callConnectionId} />
      <button class={kind} type="submit" data-deed={what}>
        {words}
      </button>
    </form>
  );
  return (
    <>
      <p class={`phone-state phone-${call.state}`} data-call={call.callConnectionId} data-state={call.state}>
        {STATES[call.state] ?? call.state}
      </p>
      {call.state === 'connecting' && (
        <div class="phone-deeds">
          {deed('answer', 'Answer', 'primary')}
          {deed('decline', 'Decline', 'plain')}
        </div>
      )}
      {call.state === 'connected' && <Keypad path={path} callConnectionId={call.callConnectionId} />}
      {call.state === 'connected' && <div class="phone-deeds">{deed('hang-up', 'Hang up', 'plain')}</div>}
      <ol class="heard" aria-live="polite">
        {call.transcript.filter(isHeard).map((line) => (
          <li key={`${line.atMs}${line.kind}`} data-heard={line.kind}>
            {wordsOf(line)}
          </li>
        ))}
      </ol>
    </>
  );
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

function Keypad({ path, callConnectionId }: { readonly path: string; readonly callConnectionId: string }): VNode {
  return (
    <form class="keypad" method="post" action={`${path}/keys`} aria-label="Keys">
      <input type="hidden" name="call" value={callConnectionId} />
      {KEYS.map((key) => (
        <button key={key} type="submit" name="keys" value={key}>
          {key}
        </button>
      ))}
    </form>
  );
}

/** What the member hears and does; callbacks are none of it. */
function isHeard({ kind }: Heard): boolean {
  return kind !== 'callback' && kind !== 'canceled';
}

const HEARD: Readonly<Record<string, string>> = {
  ringing: 'It rings.',
  answered: 'You pick up.',
  'not-answered': 'Nobody has picked up.',
  silence: 'You pressed nothing in time.',
  'prompt-failed': 'Nothing could be played.',
  'hung-up': 'You hang up.',
  ended: 'The call is over.',
};

function wordsOf({ kind, text }: Heard): VNode | string {
  if (kind === 'said') return <q lang="en">{text}</q>;
  if (kind === 'pressed') return `You press ${text}.`;
  return HEARD[kind] ?? kind;
}
