import Database from 'libsql';
import { createQuestionnaires } from '../../src/app/recording/questionnaires.ts';
import { accessRecords } from '../../src/audit/access/records.ts';
import { treesIn } from '../../src/audit/checkpoints/records.ts';
import { rebuildReadModels } from '../../src/audit/rebuild.ts';
import { foldSessions } from '../../src/audit/sessions/open-sessions.ts';
import { verifyLog } from '../../src/audit/verify/verify.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { inFiles, openStores, storeFiles } from '../../src/composition/stores.ts';
import { foldStream } from '../../src/domain/call/stream.ts';
import type { Entry } from '../../src/domain/entries.ts';
import { waitingIn } from '../../src/domain/inbox/quarantine.ts';
import { foldMember, NEW_MEMBER } from '../../src/domain/member/member.ts';
import { CHECKPOINTS_STREAM, isAccessStream, isCallStream, isQuarantineStream } from '../../src/domain/streams.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { sha256 } from '../support/sha256.ts';

/** The log in its folder, as the application itself would open it. */
export const LOG_NAME = 'call-events.db';
/** The name of each file beside the log; each is one JSON text a line. */
export const PARTS = ['verified', 'heads', 'states', 'rows'] as const;
export type Part = (typeof PARTS)[number];

/** What a log says and what becomes of it, line by line. */
export type Snapshot = { readonly [P in Part]: readonly string[] } & { readonly entries: readonly Entry[] };

/**
 * Opens a directory that holds a log and nothing else, as a server opens it, and builds everything from it.
 * @param without names of members that are left out of states and rows
 * @throws LogError, ReadStoreError
 */
export async function snapshotOf(dataDir: string, without: readonly string[] = []): Promise<Snapshot> {
  const { log, readStore, members } = await openStores(inFiles(dataDir));
  try {
    const { streams, entries, findings } = await verifyLog(log);
    const { sessions, responses, unreadable } = await rebuildReadModels(log, readStore, PROVIDERS);
    return {
      verified: [textOf({ streams, entries, findings, sessions, responses, unreadable })],
      ...(await walk(log, without)),
      rows: rowsIn(storeFiles(dataDir).readModels).map((row) => textOf(row, without)),
    };
  } finally {
    for (const store of [members, readStore, log]) await store.close();
  }
}

async function walk(log: CallEventLog, without: readonly string[]): Promise<Omit<Snapshot, 'verified' | 'rows'>> {
  const entries: Entry[] = [];
  const [heads, states]: [string[], string[]] = [[], []];
  for await (const stream of log.registered()) {
    const ofStream = await log.read(stream);
    const { version, hash } = ofStream.at(-1) ?? { version: 0, hash: null };
    heads.push(textOf({ stream, version, hash }));
    const made = isCallStream(stream) ? callOf(stream, ofStream, without) : await otherOf(log, stream, ofStream);
    if (made !== undefined) states.push(textOf({ stream, ...made }, without));
    entries.push(...ofStream);
  }
  return { entries, heads, states };
}

const STEP_DIGITS = 8;

/** The state at the end, and of that after each entry a part of its hash: how the call got there matters as much. */
function callOf(stream: string, entries: readonly Entry[], without: readonly string[]) {
  let folded = foldStream(PROVIDERS, stream, []);
  const steps = entries.map((entry) => {
    folded = foldStream(PROVIDERS, stream, [entry], folded);
    const text = textOf(folded.state, without);
    return sha256(text).slice(0, STEP_DIGITS);
  });
  return { state: folded.state, steps: steps.join(' ') };
}

/** What the application makes of a stream of no call; undefined where it makes nothing of it. */
async function otherOf(log: CallEventLog, stream: string, entries: readonly Entry[]) {
  if (stream === CHECKPOINTS_STREAM) return { state: treesIn(entries) };
  if (isAccessStream(stream)) return { state: accessRecords(stream, entries) };
  if (isQuarantineStream(stream)) return { state: waitingIn(entries) };
  const [kind, name = ''] = stream.split(':');
  if (kind === 'questionnaire') return { state: await createQuestionnaires(log).find(name) };
  if (kind === 'sessions') return { state: [...foldSessions(new Map(), entries).values()] };
  if (kind !== 'member') return undefined;
  const { newest, byKey } = foldMember(NEW_MEMBER, entries);
  return { state: { newest, byKey: [...byKey] } };
}

/** Past the read store's own reading: every column of the file that others query too. */
function rowsIn(path: string): unknown[] {
  const db = new Database(path);
  try {
    return ['CallSessions', 'CallResponses'].flatMap((table) => {
      const rows = db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all() as unknown[];
      return rows.map((row) => ({ table, row }));
    });
  } finally {
    db.close();
  }
}

/** The first golden log was made when states had the provider's own names for how a call ended. They are stored nowhere else. */
const NAMED_THEN: Readonly<Record<string, string>> = {
  disconnected: 'CallDisconnected',
  'not-connected': 'CreateCallFailed',
};

const KINDS: Readonly<Record<string, string>> = { c: 'command', e: 'callback', o: 'outcome' };

/** They were made when what a call has seen was a list, newest first, of whole ids. It is stored nowhere either. */
function seenThen(seen: string, callSessionId: unknown): unknown {
  const lines = seen.split('\n').slice(1, -1);
  return lines.reduce<unknown>((before, line) => {
    const id = line.slice(1).replace(/^\\\./, String(callSessionId));
    return { before, id, kind: KINDS[line.charAt(0)] };
  }, null);
}

/** JSON with the members in alphabetical order, since the order in which the code names them says nothing. */
function textOf(value: unknown, without: readonly string[] = []): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const members = Object.entries(inner)
      .filter(([name]) => !without.includes(name))
      .map(([name, member]) => {
        if (name === 'seen' && typeof member === 'string')
          return [name, seenThen(member, Reflect.get(inner, 'callSessionId'))] as const;
        return [name, name === 'by' ? (NAMED_THEN[member as string] ?? member) : member] as const;
      });
    return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
