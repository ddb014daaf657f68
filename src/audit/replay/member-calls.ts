import type { CallSessionRow, ReadStore } from '../../../projections/ports.ts';
import type { Provider } from '../../domain/call/provider.ts';
import { callDisposition } from '../../domain/call/summary.ts';
import type { Entry } from '../../domain/entries.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { HistoryItem, LooksOf } from './api.ts';
import { type CallStream, readStream } from './find-call.ts';
import { DISPOSITION_WORDS } from './reasons.ts';
import { stepsOf } from './steps.ts';
import { whoOf } from './who.ts';

/** Where a member's history is read. */
export type HistoryDeps = {
  readonly log: Pick<CallEventLog, 'read'>;
  readonly readStore: Pick<ReadStore, 'list'>;
  readonly providers: readonly Provider[];
  readonly looksOf: LooksOf;
};

/** A call of a member, before its stream is read. */
export type MemberCall = {
  readonly callSessionId: string;
  /** The entry of the member's stream that opened it; null when it is not there. */
  readonly opening: Entry | null;
  readonly row: CallSessionRow | null;
};

const ROWS_AT_ONCE = 200;

/** Every call that the member's stream or the read models know. @throws ReadStoreError */
export async function callsOf(
  readStore: Pick<ReadStore, 'list'>,
  memberId: string,
  entries: readonly Entry[],
): Promise<readonly MemberCall[]> {
  const calls = new Map<string, MemberCall>();
  for (const opening of entries) {
    if (opening.type !== 'OpenCall') continue;
    calls.set(opening.id, { callSessionId: opening.id, opening, row: null });
  }
  for (let after: string | undefined; ; ) {
    const page = { filter: { memberId }, limit: ROWS_AT_ONCE, ...(after !== undefined && { after }) };
    const rows = await readStore.list(page);
    for (const row of rows) {
      const { callSessionId } = row;
      calls.set(callSessionId, { callSessionId, opening: calls.get(callSessionId)?.opening ?? null, row });
    }
    if (rows.length < ROWS_AT_ONCE) return [...calls.values()];
    after = rows.at(-1)?.callSessionId;
  }
}

/** When the call began, as far as is known without its stream. */
export function beganAt({ opening, row }: MemberCall): string {
  const times = [opening?.at, row?.createdAt].filter((at) => at !== undefined);
  return times.sort()[0] ?? '';
}

/** What is later than this is no entry of the call. Of one without a row only the stream can tell. */
export function lastAt({ row }: MemberCall): string {
  return row?.updatedAt ?? '9999';
}

/** What people decide of a call after it was asked for. */
const LATER: Readonly<Record<string, HistoryItem['kind']>> = {
  CancelCall: 'cancellation',
  CheckCall: 'help',
  CloseCall: 'help',
};

/** What a call is in its member's history: that it was asked for, and what people decided of it later. @throws LogError */
export async function itemsOfCall({ log, providers }: HistoryDeps, call: MemberCall): Promise<CallItems> {
  const stream = await readStream(log, call.callSessionId);
  if (!stream || stream.entries.length === 0) return withoutStream(call, stream);
  const { callSessionId } = call;
  const { steps, state } = stepsOf(providers, callSessionId, stream.entries);
  const disposition = state && callDisposition(state);
  const first = call.opening ?? stream.entries[0]!;
  const common = { callSessionIds: [callSessionId] };
  const became = disposition === null ? 'it is open' : DISPOSITION_WORDS[disposition];
  const opened: HistoryItem = {
    ...common,
    kind: 'call',
    at: first.at,
    id: callSessionId,
    who: whoOf(first.actor, providers),
    what: `asked for a call: ${became}`,
    disposition,
  };
  const later = steps
    .filter(({ kind, type, who }) => kind === 'command' && LATER[type] !== undefined && who.kind !== 'flow')
    .map(({ version, at, who, what, type }): HistoryItem => {
      return { ...common, kind: LATER[type]!, at, id: `${callSessionId}/${version}`, who, what, disposition: null };
    });
  return { items: [opened, ...later], flaws: stream.flaws.map((flaw) => `call ${callSessionId}: ${flaw}`) };
}

export type CallItems = { readonly items: readonly HistoryItem[]; readonly flaws: readonly string[] };

/** It was opened and never begun, or cannot be read. */
function withoutStream({ callSessionId, opening, row }: MemberCall, stream: CallStream | null): CallItems {
  const flaws = stream || row ? [`call ${callSessionId}: nothing of it can be read`] : [];
  const item: HistoryItem = {
    kind: 'call',
    at: opening?.at ?? row?.createdAt ?? '',
    id: callSessionId,
    who: whoOf(opening?.actor ?? '', []),
    what: flaws.length > 0 ? 'asked for a call that cannot be read' : 'asked for a call that was never begun',
    callSessionIds: [callSessionId],
    disposition: row?.disposition ?? null,
  };
  return { items: [item], flaws };
}
