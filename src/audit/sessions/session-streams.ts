import { createBoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import type { Head, NewEntry } from '../../domain/entries.ts';
import type { CallEventLog } from '../../log/port.ts';
import { type Folded, readOn, transact } from '../../log/transact.ts';
import { foldSessions, type OpenSessions, type Session } from './open-sessions.ts';

/** The streams of sessions, and what is known of them. */
export type SessionStreams = {
  /** As the log knew them `BELIEVED_MS` ago at most. @throws LogError */
  believed(stream: string): Promise<OpenSessions>;
  /** As the log knows them. @throws LogError */
  ask(stream: string): Promise<OpenSessions>;
  /** @param decide what is to be added, by the sessions that go on. @throws LogError */
  add(stream: string, decide: (alive: readonly Session[]) => readonly NewEntry[]): Promise<void>;
};

/** For so long nobody asks the log again what it said of somebody's sessions. */
export const BELIEVED_MS = 15_000;
/** People whose sessions are remembered; others are asked for. */
const KNOWN_MAX = 1_000;

export type SessionStreamDeps = {
  readonly log: Pick<CallEventLog, 'read' | 'append' | 'register'>;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
};

type Known = Folded<OpenSessions> & { readonly askedMs: number };

export function createSessionStreams({ log, clock }: SessionStreamDeps): SessionStreams {
  const known = createBoundedMap<Known>(KNOWN_MAX);
  const underWay = new Map<string, Promise<Known>>();
  const reading = (stream: string) => ({ stream, empty: (): OpenSessions => new Map(), fold: foldSessions });

  /** What is known meanwhile may be more than what an ask brings that was under way. */
  const remember = (stream: string, folded: Folded<OpenSessions>, askedMs: number): Known => {
    const held = known.get(stream);
    const one = held && held.head.version > folded.head.version ? held : { ...folded, askedMs };
    known.set(stream, one);
    return one;
  };

  const askLog = async (stream: string): Promise<Known> => {
    // The time before the answer: it may be a while under way.
    const askedMs = clock.monotonicMs();
    return remember(stream, await readOn(log, reading(stream), known.get(stream)), askedMs);
  };

  /** One question at a time for each stream, whoever asks: what is known is folded on. */
  const ask = (stream: string): Promise<Known> => {
    const asked =
      underWay.get(stream) ??
      askLog(stream).finally(() => {
        underWay.delete(stream);
      });
    underWay.set(stream, asked);
    return asked;
  };

  return {
    async believed(stream) {
      const held = known.get(stream);
      if (held && clock.monotonicMs() - held.askedMs < BELIEVED_MS) return held.state;
      return (await ask(stream)).state;
    },
    ask: async (stream) => (await ask(stream)).state,
    async add(stream, decide) {
      const askedMs = clock.monotonicMs();
      const { state, head, appended } = await transact(log, {
        ...reading(stream),
        async decide(open: OpenSessions, { version }: Head) {
          const entries = decide([...open.values()].filter((session) => isAlive(session, clock.now())));
          if (entries.length > 0 && version === 0) await log.register(stream, new Date(clock.now()));
          return { entries, answer: null };
        },
      });
      remember(stream, { state: foldSessions(state, appended), head }, askedMs);
    },
  };
}

/** Whether it does not end by itself before this moment, milliseconds since 1970. */
export function isAlive({ expiresAt }: Session, nowMs: number): boolean {
  return Date.parse(expiresAt) > nowMs;
}
