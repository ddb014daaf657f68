import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import { isDay } from '../../base/times.ts';
import { memberStream, operationStream } from '../../domain/streams.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { createSideStreams } from '../../log/side-streams.ts';
import { readCheckpoint } from '../../tlog/checkpoint.ts';
import { type Note, readNote, signedBy } from '../../tlog/note.ts';
import type { Look } from '../access/look.ts';
import type { Sealed } from '../checkpoints/moment.ts';
import { type ScopeAsked, scopeOf, withholdOf } from './asked.ts';
import {
  type BeginExportBody,
  beginExportEntry,
  dayOfExport,
  type ExportScope,
  endExportEntry,
  exportsIn,
  type RecordedExport,
} from './entries.ts';
import { type BeginNote, firstDigest, lineText, NO_TOTALS, noteText, readNoteBody, wordOf } from './format.ts';
import { type Leaving, partsOf, type Standing } from './parts.ts';
import { recentExports } from './recent.ts';

/** What somebody asks to be given away, and who they are. */
export type ExportAsked = Pick<BeginExportBody, 'recipient' | 'purpose' | 'withhold'> &
  Pick<Look, 'actor' | 'by' | 'roles' | 'reason' | 'requestId' | 'address'>;

/** Why an export does not go on: nobody knows it; the note is none of it; or its tree or its key are not those of now. */
export type ExportRefusal = 'unknown' | 'not-ours' | 'begin-again';

export type Exports = {
  /**
   * Makes a checkpoint, records the export, and gives its first line.
   * @returns null for a call or a member whom nobody knows; why not, in words, for what cannot be exported
   * @throws LogError, CheckpointError: there is no export then
   */
  begin(scope: ScopeAsked, asked: ExportAsked): Promise<Begun | string | null>;
  /**
   * The lines behind a note of the export, which say where to go on. Every part is recorded before it is given.
   * @param after the note of its first line, or of a part
   * @param look records what is about to leave. @throws LogError, AccessError
   * @throws LogError, CheckpointError
   */
  parts(
    exportId: string,
    after: string,
    look: (shown: ExportLook) => Promise<void>,
  ): Promise<AsyncGenerator<Buffer> | ExportRefusal>;
  /** What is recorded of it. @throws LogError */
  find(exportId: string): Promise<RecordedExport | null>;
  /**
   * The first line again, to the byte: nobody has to keep it. `begin-again`: it was another key's.
   * @throws LogError, CheckpointError
   */
  again(exportId: string): Promise<Begun | 'unknown' | 'begin-again'>;
  /**
   * Those begun within a month that ends with a day, newest first; words for what is no day.
   * @param lastDay `2026-03-02`, UTC; null: today
   * @throws LogError
   */
  recent(lastDay: string | null): Promise<readonly RecordedExport[] | string>;
};

export type Begun = { readonly exportId: string; readonly firstLine: string };

/** A look of the export: with its own purpose and reason, and its id in the place of a request's. */
export type ExportLook = Leaving & Pick<Look, 'action' | 'purpose' | 'requestId'> & { readonly reason?: string };

export type ExportsDeps = {
  readonly log: CallEventLog;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
  /** Makes a checkpoint and gives its note. @throws CheckpointError */
  readonly make: () => Promise<string>;
  readonly sealed: Sealed;
  /** Whether anybody knows of this member. */
  readonly isMember: (memberId: string) => Promise<boolean>;
};

export function createExports(deps: ExportsDeps): Exports {
  const { log, clock, sealed } = deps;
  const streams = createSideStreams(log);

  const find = async (exportId: string): Promise<RecordedExport | null> => {
    const day = dayOfExport(exportId);
    if (day === null) return null;
    const found = exportsIn(await log.read(operationStream(day)));
    return found.find(({ begin }) => begin.exportId === exportId) ?? null;
  };

  return {
    find,
    async recent(lastDay) {
      if (lastDay !== null && !isDay(lastDay)) return 'until takes a day, such as 2026-03-02';
      return recentExports(log, lastDay ?? new Date(clock.now()).toISOString().slice(0, 10));
    },
    async again(exportId) {
      const recorded = await find(exportId);
      if (!recorded) return 'unknown';
      const { at, actor: by, begin } = recorded;
      const signed = readNote(begin.checkpoint);
      // One file bears one key: that of its checkpoint.
      if (!signed || typeof signedBy(signed, await sealed.verifier()) === 'string') return 'begin-again';
      return { exportId, firstLine: await firstLineOf(sealed, { ...begin, at, by }) };
    },
    async begin(scopeAsked, { actor, ...given }) {
      const scope = scopeOf(scopeAsked, clock.now());
      if (typeof scope === 'string') return scope;
      const asked = { ...given, withhold: withholdOf(given.withhold) };
      if (!(await isKnown(deps, scope))) return null;
      const checkpoint = await deps.make();
      const at = new Date(clock.now()).toISOString();
      const exportId = `${at.slice(0, 10)}.${deps.ids.uuid()}`;
      const body: BeginExportBody = { ...asked, scope, exportId, checkpoint };
      const firstLine = await firstLineOf(sealed, { ...body, at, by: actor });
      await streams.add(operationStream(at), [beginExportEntry(body, { at, actor })], new Date(at));
      return { exportId, firstLine };
    },
    async parts(exportId, after, look) {
      const recorded = await find(exportId);
      if (!recorded) return 'unknown';
      const { purpose, reason, scope, withhold, checkpoint } = recorded.begin;
      const made = checkpointIn(checkpoint);
      const standing = await standingOf(sealed, { exportId, origin: made.origin }, after);
      if (typeof standing === 'string') return standing;
      const moment = await sealed.moment(made);
      if (!moment) return 'begin-again';
      const because = {
        action: 'export',
        purpose,
        requestId: exportId,
        ...(reason !== undefined && { reason }),
      } as const;
      const partsDeps = {
        log,
        sealed,
        moment,
        leaving: (shown: Leaving) => look({ ...shown, ...because }),
        async ended({ totals, digest }: Pick<Standing, 'totals' | 'digest'>) {
          const at = new Date(clock.now()).toISOString();
          const entry = endExportEntry({ exportId, ...totals, digest }, { at, actor: recorded.actor });
          await streams.add(operationStream(recorded.at), [entry]);
        },
      };
      return partsOf(partsDeps, { exportId, scope, withhold, checkpoint }, standing);
    },
  };
}

type First = Omit<BeginExportBody, 'by'> & Pick<BeginNote, 'at' | 'by'>;

/** The same whenever it is made: a signature of this kind has no chance in it. */
async function firstLineOf(sealed: Pick<Sealed, 'sign'>, { exportId, at, by, recipient, purpose, ...rest }: First) {
  const { reason = null, scope, withhold, checkpoint } = rest;
  const note: BeginNote = { exportId, at, by, recipient, purpose, reason, scope, withhold, checkpoint };
  return lineText({ note: await sealed.sign(noteText('begin', note)) });
}

async function isKnown({ log, isMember }: ExportsDeps, scope: ExportScope): Promise<boolean> {
  if (scope.is === 'call') return holds(log, scope.callSessionId);
  if (scope.is === 'member') return (await holds(log, memberStream(scope.memberId))) || isMember(scope.memberId);
  return true;
}

/** Also when it cannot be read: the export says so. */
async function holds(log: Pick<CallEventLog, 'read'>, stream: string): Promise<boolean> {
  try {
    return (await log.read(stream)).length > 0;
  } catch (error) {
    if (error instanceof LogError && error.code === 'LOG_CORRUPT' && error.version !== undefined) return true;
    throw error;
  }
}

/** What a note that the key in force has signed says of where the export stands. @throws CheckpointError */
async function standingOf(
  sealed: Pick<Sealed, 'verifier'>,
  begun: { readonly exportId: string; readonly origin: string },
  text: string,
): Promise<Standing | ExportRefusal> {
  const note = readNote(text);
  if (!note) return 'not-ours';
  const verifier = await sealed.verifier();
  const signed = signedBy(note, verifier);
  if (typeof signed === 'object') return standingIn(begun.exportId, text) ?? 'not-ours';
  return signed === 'unsigned' && isOfOtherKey(note, begun.origin) ? 'begin-again' : 'not-ours';
}

/** Whether it bears the name of the tree that the export was begun in: of the key before, or of the tree before. */
function isOfOtherKey({ signatures }: Note, origin: string): boolean {
  return signatures.some(({ name }) => name === origin);
}

function standingIn(exportId: string, note: string): Standing | null {
  const line = lineText({ note });
  if (wordOf(note) === 'begin') {
    if (readNoteBody(note, 'begin')?.exportId !== exportId) return null;
    const totals = { ...NO_TOTALS, bytes: Buffer.byteLength(line) };
    return { part: 0, totals, digest: firstDigest(line), place: { after: null, scripts: [] } };
  }
  const body = readNoteBody(note, 'part');
  if (body?.exportId !== exportId || body.next === null) return null;
  const { part, totals, digest, next } = body;
  return { part, totals: { ...totals, bytes: totals.bytes + Buffer.byteLength(line) }, digest, place: next };
}

function checkpointIn(note: string) {
  const checkpoint = readCheckpoint(readNote(note)?.text ?? '');
  if (!checkpoint) throw new Error('what was made is no checkpoint');
  return checkpoint;
}
