import type { ScopeAsked } from '../../../src/audit/export/asked.ts';
import { checkExport, type ExportAnchors } from '../../../src/audit/export/check/check.ts';
import type { ExportCheck } from '../../../src/audit/export/check/findings.ts';
import { readLine } from '../../../src/audit/export/check/read-line.ts';
import { createExports, type ExportAsked, type ExportLook, type Exports } from '../../../src/audit/export/exports.ts';
import type { Line } from '../../../src/audit/export/format.ts';
import { headOf, type NewEntry } from '../../../src/domain/entries.ts';
import { memberStream, questionnaireStream } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { Conversation, INITIATE } from '../../domain/call/conversation.ts';
import { newEntry } from '../../log/samples.ts';
import { memoryStore } from '../../support/checkpoint-store.ts';
import { type FaultyLog, faultyLog } from '../../support/faulty-log.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { START, virtualClock } from '../../support/virtual-clock.ts';
import { type Instance, type InstanceOptions, keyOf, running, type World } from '../checkpoints/rig.ts';
import { agreeing } from './side-by-side.ts';

export const SCRIPT = questionnaireStream(INITIATE.questionnaire.hash);
/** An hour after the calls of the samples. */
export const NOW = START + 3_600_000;

/** The n-th call's id; later ones sort after earlier ones. */
export const callId = (n: number): string => `019aab00-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const ASKED: ExportAsked = {
  recipient: { name: 'Court of Example', address: '1 Example Street' },
  purpose: 'HLEGAL',
  withhold: [],
  actor: 'compliance:ann',
  roles: ['Compliance'],
  requestId: 'request-1',
  address: '127.0.0.1',
};

/** A log with real checkpoints, and exports of it, by one process or more. */
export type ExportRig = {
  readonly world: World;
  /** Between the process and the log: appends can fail. */
  readonly store: FaultyLog;
  readonly instance: Instance;
  readonly exports: Exports;
  /** What was recorded of what left, by all processes. */
  readonly looks: ExportLook[];
  /** Puts a call where a server would have put it. */
  keep(n: number, memberId: string, conversation?: Pick<Conversation, 'stored'>): Promise<void>;
  /** A stream of other kinds than calls. */
  append(stream: string, ...entries: readonly NewEntry[]): Promise<void>;
  /** Another process on the same log and tree. */
  other(options?: InstanceOptions): Promise<{ readonly instance: Instance; readonly exports: Exports }>;
  begin(scope: ScopeAsked, asked?: Partial<ExportAsked>): Promise<{ exportId: string; firstLine: string }>;
  /** All of an export. */
  whole(scope: ScopeAsked, asked?: Partial<ExportAsked>): Promise<string>;
};

/** A call that was answered, with all three answers. */
export function answered(): Conversation {
  const call = Conversation.withPerson();
  return call.accepted().press('one').accepted().press('two').accepted().press('one').accepted().said().disconnected();
}

export type ExportRigOptions = Pick<InstanceOptions, 'keys' | 'process'> & { readonly log?: CallEventLog };

export async function startExportRig({ log = memoryLog(), ...options }: ExportRigOptions = {}): Promise<ExportRig> {
  const store = faultyLog(log);
  const world = { log: log as World['log'], store: memoryStore(), clock: virtualClock(NOW) };
  const looks: ExportLook[] = [];
  let ids = 0;
  const exportsOf = (instance: Instance): Exports =>
    createExports({
      log: instance.log,
      clock: world.clock,
      ids: { uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}` },
      make: instance.checkpoints.make,
      sealed: instance.checkpoints.sealed,
      isMember: async (memberId) => memberId === 'M-never-called',
    });
  const instance = await running(world, { ...options, log: store });
  // Before anything is appended, so that it depends on no store's speed what is in which batch.
  await instance.checkpoints.make();
  const exports = exportsOf(instance);
  const append: ExportRig['append'] = async (stream, ...entries) => {
    const head = headOf(await instance.log.read(stream));
    await instance.log.append(stream, head, entries);
  };
  await append(SCRIPT, newEntry('script', { kind: 'command', type: 'PublishQuestionnaire', data: '{"prompts":"…"}' }));
  const begin: ExportRig['begin'] = async (scope, asked = {}) => {
    const begun = await exports.begin(scope, { ...ASKED, ...asked });
    if (begun === null || typeof begun === 'string') throw new Error(`no export: ${begun}`);
    return begun;
  };
  return {
    world,
    store,
    instance,
    exports,
    looks,
    append,
    begin,
    async keep(n, memberId, conversation = answered()) {
      const stored = conversation.stored.map((entry) => ({
        ...entry,
        data: entry.data.replace('"M-1"', JSON.stringify(memberId)),
      }));
      const { at, actor } = stored[0]!;
      await append(memberStream(memberId), newEntry(callId(n), { kind: 'command', type: 'OpenCall', at, actor }));
      await append(callId(n), ...stored);
    },
    async other(options = {}) {
      const another = await running(world, options);
      return { instance: another, exports: exportsOf(another) };
    },
    async whole(scope, asked) {
      const { exportId, firstLine } = await begin(scope, asked);
      return firstLine + (await restOf(exports, exportId, noteIn(firstLine), looks));
    },
  };
}

/** All that comes behind a note. */
export async function restOf(
  exports: Exports,
  exportId: string,
  after: string,
  looks: ExportLook[] = [],
): Promise<string> {
  const parts = await exports.parts(exportId, after, async (look) => void looks.push(look));
  if (typeof parts === 'string') throw new Error(`no parts: ${parts}`);
  let text = '';
  for await (const part of parts) text += part.toString();
  return text;
}

/** The note of a line. */
export function noteIn(line: string): string {
  return (JSON.parse(line) as { note: string }).note;
}

/** The notes of an export, in their order. */
export function notesIn(text: string): string[] {
  return linesIn(text).flatMap((line) => ('note' in line ? [line.note] : []));
}

export function linesIn(text: string): Line[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => readLine(line)!);
}

/** What is in an export: names of streams with how many entries, and what was left out. */
export function contentOf(text: string): string[] {
  const content: string[] = [];
  for (const line of linesIn(text)) {
    if ('stream' in line) content.push(`${line.stream.name} ${line.stream.version}`);
    if ('left' in line) content.push(`${line.left.name} left: ${line.left.because}`);
  }
  return content;
}

export const ANCHORS: ExportAnchors = { key: keyOf(1), witnesses: [], quorum: 0 };

/** Checks the bytes of a file, in chunks that have nothing to do with its lines; two lanes must agree. */
export async function checked(
  text: string | Buffer,
  anchors: ExportAnchors = ANCHORS,
  step = 1_000,
): Promise<ExportCheck> {
  const bytes = Buffer.from(text as string);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
  }
  const check = await checkExport(chunks(), anchors);
  await agreeing(bytes, anchors, check);
  return check;
}

/** Kinds of what was found, each once. */
export async function findingsOf(text: string | Buffer, anchors = ANCHORS): Promise<string[]> {
  const { findings } = await checked(text, anchors);
  return [...new Set(findings.map(({ kind }) => kind))];
}

/** Calls of one member, each of which fills a part by itself. */
export async function keepLarge(rig: ExportRig, count: number): Promise<void> {
  const data = `"${'x'.repeat(60_000)}"`;
  for (let n = 1; n <= count; n += 1) {
    await rig.keep(n, 'M-1', Conversation.placed());
    await rig.append(callId(n), ...Array.from({ length: 36 }, (_, index) => newEntry(`${n} ${index}`, { data })));
  }
}
