import { rowsOf } from '../../../projections/rows.ts';
import type { Replays } from '../../../src/audit/replay/api.ts';
import { createReplays, type ReplaysDeps } from '../../../src/audit/replay/replays.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { inFiles, openStores, type Stores } from '../../../src/composition/stores.ts';
import { foldStream } from '../../../src/domain/call/stream.ts';
import { EMPTY_HEAD, type NewEntry } from '../../../src/domain/entries.ts';
import { memberStream } from '../../../src/domain/streams.ts';
import { readOn } from '../../../src/log/transact.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { newEntry } from '../../log/samples.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

/** A log, read models and members in files, and what tells of them. */
export type ReplayRig = {
  readonly stores: Stores;
  readonly clock: VirtualClock;
  readonly replays: Replays;
  /** The same with some parts exchanged. */
  tell(parts?: Partial<ReplaysDeps>): Replays;
  /** Puts a call where a server would have put it. */
  keep(call: Kept): Promise<void>;
  close(): Promise<void>;
};

export type Kept = {
  readonly id: string;
  readonly conversation: Conversation;
  readonly memberId?: string;
  /** Whether the member's stream tells of it, and whether it has a row. */
  readonly opened?: boolean;
  readonly row?: boolean;
};

/** The n-th call's id; later ones sort after earlier ones. */
export const callId = (n: number): string => `019aab00-0000-7000-8000-${String(n).padStart(12, '0')}`;

const DAY_MS = 86_400_000;

/** A call of the n-th day that has been initiated. */
export function onDay(n: number): Conversation {
  return new Conversation().wait(n * DAY_MS).initiate(true);
}

/** A call of the n-th day whose leg the provider has named `leg-n`. */
export function placedOn(n: number): Conversation {
  return onDay(n).accepted({ callConnectionId: `leg-${n}` });
}

/** A call of the n-th day that the provider could not set up: the line is busy, unless its codes say otherwise. */
export function busyOn(n: number, resultInformation = { code: 486, subCode: 560486 }): Conversation {
  return placedOn(n).event('CreateCallFailed', { callConnectionId: `leg-${n}`, resultInformation });
}

export async function startReplayRig(): Promise<ReplayRig> {
  const { path, remove } = await tempDir('replay');
  const stores = await openStores(inFiles(path));
  const clock = virtualClock();
  let ids = 0;
  const uuid = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
  const tell: ReplayRig['tell'] = (parts = {}) =>
    createReplays({ ...stores, providers: PROVIDERS, clock, ids: { uuid }, ...parts });
  return {
    stores,
    clock,
    replays: tell(),
    tell,
    keep: (call) => keep(stores, call),
    async close() {
      await stores.close();
      await remove();
    },
  };
}

async function keep({ log, readStore }: Stores, call: Kept): Promise<void> {
  const { id, conversation, memberId = 'M-1', opened = true, row = true } = call;
  const stored = conversation.stored.map((entry) => ({ ...entry, data: entry.data.replace('"M-1"', `"${memberId}"`) }));
  const { at, actor } = stored[0]!;
  const opening = newEntry(id, {
    kind: 'command',
    type: 'OpenCall',
    at,
    actor,
    data: JSON.stringify({ callSessionId: id }),
  });
  if (opened) await append(log, memberStream(memberId), [opening]);
  await append(log, id, stored);
  const { state } = foldStream(PROVIDERS, id, await log.read(id));
  if (row) await readStore.write([rowsOf(state!)]);
}

/** Appends to wherever the stream ends. */
export async function append(log: Stores['log'], stream: string, entries: readonly NewEntry[]): Promise<void> {
  const { head } = await readOn(log, { stream, empty: () => null, fold: () => null });
  if (head.version === 0) await log.register(stream, new Date(entries[0]!.at));
  await log.append(stream, head.version === 0 ? EMPTY_HEAD : head, entries);
}
