/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Heard, Moment, PhoneCall } from '../telephones.ts';
import { Keypad } from './keypad.tsx';

type HandsetProps = {
  /** Of the page; what is done stands behind it. */
  readonly path: string;
  readonly call: PhoneCall | null;
};

const STATES: Readonly<Record<string, string>> = {
  connecting: 'It rings',
  connected: 'On the line',
  disconnecting: 'Ending',
  disconnected: 'The call is over',
};

/** A telephone as it stands. The script beside it counts down and speaks; each key is a form of its own without it. */
export function Handset({ path, call }: HandsetProps): VNode {
  const state = call?.state ?? 'idle';
  return (
    <div class="handset" data-state={state} data-call={call?.callConnectionId}>
      <div class="handset-keys">
        <p class={`phone-state phone-${state}`} role="status">
          {STATES[state] ?? (call === null ? 'Waiting for a call' : state)}
        </p>
        <div class="phone-deeds">{call && <Deeds path={path} call={call} />}</div>
        <Now moment={call?.moment} />
        <Keypad
          action={`${path}/keys`}
          method="post"
          hidden={{ name: 'call', value: call?.callConnectionId ?? '' }}
          name="keys"
          isOff={state !== 'connected'}
        />
      </div>
      {call ? <Transcript lines={call.transcript} /> : <NoCall />}
    </div>
  );
}

function NoCall(): VNode {
  return (
    <p class="empty">
      Call this member, from here or from another tab. What is said then stands here, and a voice of this machine speaks
      it.
    </p>
  );
}

function Deeds({ path, call }: { readonly path: string; readonly call: PhoneCall }): VNode | null {
  const deed = (what: string, words: string, kind: string) => (
    <form method="post" action={`${path}/${what}`}>
      <input type="hidden" name="call" value={call.callConnectionId} />
      <button class={kind} type="submit" data-deed={what}>
        {words}
      </button>
    </form>
  );
  if (call.state === 'connecting') {
    return (
      <>
        {deed('answer', 'Answer', 'primary')}
        {deed('decline', 'Decline', 'plain')}
      </>
    );
  }
  return call.state === 'connected' ? deed('hang-up', 'Hang up', 'plain') : null;
}

/** What goes on at this moment: words that are being said, or how long a key is still waited for. */
function Now({ moment }: { readonly moment: Moment | undefined }): VNode {
  if (moment?.kind === 'listens') {
    const seconds = Math.ceil(moment.leftMs / 1_000);
    return (
      <div class="phone-now" data-phone-left={moment.leftMs}>
        <span role="timer" data-phone-left-words>
          {`Press a key: ${seconds} s left`}
        </span>
        <meter min={0} max={moment.forMs} value={moment.leftMs} aria-label="Time left" />
      </div>
    );
  }
  if (moment?.kind === 'speaks') {
    return (
      <div class="phone-now" data-speaks={moment.leftMs} data-for={moment.forMs}>
        Listen
      </div>
    );
  }
  return <div class="phone-now" />;
}

/** What the member hears and does; callbacks are none of it. */
function Transcript({ lines }: { readonly lines: readonly Heard[] }): VNode {
  const [first] = lines;
  return (
    <ol class="heard" aria-live="polite" aria-label="What is heard">
      {lines.filter(isHeard).map((line, index) => (
        <li key={String(index)} data-heard={line.kind}>
          <span class="when">{sinceWords(line.atMs - first!.atMs)}</span> {wordsOf(line)}
        </li>
      ))}
    </ol>
  );
}

function isHeard({ kind }: Heard): boolean {
  return kind !== 'callback' && kind !== 'canceled';
}

/** `1:05`. The simulator's clock may have been set back. */
function sinceWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
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

function wordsOf({ kind, text, lang }: Heard): VNode | string {
  if (kind === 'said') {
    return (
      <q lang={lang ?? 'en'}>
        <bdi>{text}</bdi>
      </q>
    );
  }
  if (kind === 'pressed') return `You press ${text}.`;
  if (kind === 'not-answered' && text.startsWith('603')) return 'You decline.';
  return HEARD[kind] ?? kind;
}
