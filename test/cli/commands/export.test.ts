import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exportsIn, type RecordedExport } from '../../../src/audit/export/entries.ts';
import { ApiError, type AskRaw, createAskRaw } from '../../../src/cli/api-client.ts';
import { type ExportOptions, exportTo } from '../../../src/cli/commands/export.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { isOperationStream } from '../../../src/domain/streams.ts';
import { callAll, type Rig, startRig } from '../../e2e/rig.ts';
import { allEntries } from '../../support/entries.ts';
import { MAIN, programOf } from '../../support/program.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { callistra, ran } from '../terminal.ts';

/** One server for all tests, which has called M-1 and M-2 and not M-3. */
type Context = { rig: Rig; call: string; key: string; dir: TempDir; file: string };
const test = suite<Context>('audit export');
test.before(async (context) => {
  const people = (['answers-all', 'busy', 'busy'] as const).map((behaviour) => ({ behaviour }));
  context.rig = await startRig({ people });
  const [first] = await callAll(context.rig.url, context.rig.members.slice(0, 2));
  context.call = first!.callSessionId;
  await context.rig.server.app.idle();
  context.key = (await callistra(['audit', 'key'], { DATA_DIR: context.rig.dataDir })).out.trim();
});
test.after(({ rig }) => rig.close());
test.before.each(async (context) => {
  context.dir = await tempDir('export');
  context.file = context.dir.file('export.ndjson');
});
test.after.each(({ dir }) => dir.remove());

const FOR = ['--recipient', 'Court of Example', '--purpose', 'HLEGAL'];

const exporting = ({ rig, file }: Context, ...args: string[]) =>
  callistra(['audit', 'export', '--output', file, '--url', rig.url, ...args], {});
const verify = ({ file, key }: Context) => callistra(['audit', 'verify', '--export', file, '--key', key], {});

async function recorded({ rig }: Context): Promise<readonly RecordedExport[]> {
  return exportsIn((await allEntries(rig.server.stores.log)).filter(({ stream }) => isOperationStream(stream)));
}

test('a call, in a file for this user alone, that is verified without a server', async (context) => {
  const { code, out, err } = await exporting(context, '--call', context.call, ...FOR);
  assert.is(code, 0, err);
  assert.match(out, /export\.ndjson: 1 calls, \d+ entries in 2 streams$/);
  assert.is((await stat(context.file)).mode & 0o777, 0o600);
  const verified = await verify(context);
  assert.is(verified.code, 0, verified.out);
  assert.match(verified.out, `of call ${context.call}`);
});

test('a member, with calls and answers for people beside it', async (context) => {
  const csv = context.dir.file('calls.csv');
  const { code, out, err } = await exporting(context, '--member', 'M-1', '--csv', csv, ...FOR);
  assert.is(code, 0, err);
  assert.match(out, /calls\.csv: 1 calls$/);
  assert.is((await verify(context)).code, 0);
  const [row] = parse(await readFile(csv), { columns: true, bom: true }) as [Record<string, string>];
  assert.equal([row['memberId'], row['disposition'], row['answer3']], ['M-1', 'completed', 'yes']);
  assert.is((await stat(csv)).mode & 0o777, 0o600);
});

test('a period, for a reason, with entries that stay here', async (context) => {
  const reason = 'a subpoena, Zoë';
  const withheld = ['--withhold', 'PlaceCall=shows a number', '--withhold', 'InitiateCall=shows a number'];
  const { code, out, err } = await exporting(context, '--from', '2020-01-01', '--reason', reason, ...withheld, ...FOR);
  assert.is(code, 0, err);
  assert.match(out, /2 calls, \d+ entries in \d+ streams, 4 withheld/);
  assert.not.match(await readFile(context.file, 'utf8'), /"type":"(InitiateCall|PlaceCall)"/);
  const [begun] = (await recorded(context)).slice(-1);
  assert.equal([begun!.begin.reason, begun!.begin.purpose, begun!.end!.withheld], [reason, 'HLEGAL', 4]);
});

test('a member who was never called', async (context) => {
  const { code, out } = await exporting(context, '--member', 'M-3', ...FOR);
  assert.is(code, 0);
  assert.match(out, '0 calls, 0 entries in 0 streams, 1 streams left out');
  assert.match((await verify(context)).out, 'note: member:M-3 is not in the export: the log has no entry of it');
});

test('a file that is there already is left alone, and nothing is begun', async (context) => {
  await writeFile(context.file, 'mine');
  const before = await recorded(context);
  const { code, err } = await exporting(context, '--member', 'M-1', ...FOR);
  assert.equal([code, await readFile(context.file, 'utf8')], [2, 'mine']);
  assert.match(err, /export\.ndjson is there already: an export is written into a new file$/);
  assert.equal(await recorded(context), before);
});

test('a table that is there already is left alone; the export is whole', async (context) => {
  const csv = context.dir.file('calls.csv');
  await writeFile(csv, 'mine');
  const { code, err } = await exporting(context, '--member', 'M-1', '--csv', csv, ...FOR);
  assert.equal([code, await readFile(csv, 'utf8')], [2, 'mine']);
  assert.match(err, /calls\.csv cannot be written as a new file; the export itself is whole$/);
  assert.is((await verify(context)).code, 0);
});

test('of whom nobody knows there is no export, and no file is left', async (context) => {
  const { code, err } = await exporting(context, '--member', 'M-9', ...FOR);
  assert.equal([code, err], [1, 'MEMBER_NOT_FOUND: There is no such member']);
  const reversed = await exporting(context, '--from', '2026-03-02', '--to', '2026-03-01', ...FOR);
  assert.equal([reversed.code, reversed.err], [1, 'BAD_REQUEST: the period ends before it begins']);
  assert.is(await stat(context.file).catch(() => null), null);
});

const UNASKED: readonly (readonly [args: readonly string[], words: string])[] = [
  [[], 'say what to export: --call, --member, or --from and --to'],
  [['--member', 'M-1'], 'an export needs --recipient and --purpose: both are recorded'],
  [['--member', 'M-1', '--recipient', 'x'], 'an export needs --recipient and --purpose: both are recorded'],
  [['--member', 'M-1', '--recipient', 'x', '--purpose', 'FUN'], 'Allowed choices are'],
  [['--member', 'M-1', '--recipient', 'x', '--purpose', 'BTG'], '--purpose BTG needs --reason'],
  [['--member', 'M-1', ...FOR, '--withhold', 'OpenCall'], 'It must be entries and why'],
  [['--member', 'M-1', ...FOR, '--withhold', 'OpenCall='], 'It must be entries and why'],
  [['--resume', '--member', 'M-1'], '--resume goes on with what the file says'],
  [['--from', 'yesterday', ...FOR], 'It must be a time, such as'],
];

for (const [args, words] of UNASKED) {
  test(`${args.join(' ') || 'nothing'}: ${words}`, async (context) => {
    const { code, err } = await exporting(context, ...args);
    assert.is(code, 2);
    assert.match(err, words);
    assert.is(await stat(context.file).catch(() => null), null);
  });
}

test('cut off anywhere behind its first line, it is gone on with to the same bytes', async (context) => {
  assert.is((await exporting(context, '--member', 'M-1', ...FOR)).code, 0);
  const whole = await readFile(context.file);
  const firstLine = whole.indexOf('\n') + 1;
  const places = [firstLine, firstLine + 1, whole.length >> 1, whole.lastIndexOf('\n', -2) + 1, whole.length - 1];
  for (const place of [...places, whole.length]) {
    await truncate(context.file, place);
    const { code, err } = await exporting(context, '--resume');
    assert.equal([code, err], [0, ''], `${place}`);
    assert.ok((await readFile(context.file)).equals(whole), `${place}`);
  }
  await writeFile(context.file, Buffer.concat([whole, Buffer.from('{"entry":{"rest')]));
  assert.is((await exporting(context, '--resume')).code, 0);
  assert.ok((await readFile(context.file)).equals(whole), 'what stood behind the last line is gone');
});

test('a file without a whole first line is none to go on with, and neither is none', async (context) => {
  assert.is((await exporting(context, '--resume')).code, 2);
  assert.match((await exporting(context, '--resume')).err, /^there is no .*export\.ndjson$/);
  for (const text of ['', 'nonsense\n', '{"note":"callistra/export/2 begin']) {
    await writeFile(context.file, text);
    const { code, err } = await exporting(context, '--resume');
    assert.is(code, 2);
    assert.match(err, 'holds no export that could be gone on with');
    assert.is(await readFile(context.file, 'utf8'), text);
  }
});

test('a file whose last note was changed is not gone on with', async (context) => {
  assert.is((await exporting(context, '--member', 'M-1', ...FOR)).code, 0);
  const [firstLine = ''] = (await readFile(context.file, 'utf8')).split('\n');
  await writeFile(context.file, `${firstLine.replace('M-1', 'M-2')}\n`);
  const { code, err } = await exporting(context, '--resume');
  assert.equal([code, err], [1, 'EXPORT_NOTE: This is no note of this export to go on from']);
});

test('no server: the words say so, and no file is left', async (context) => {
  const { code, err } = await callistra(
    ['audit', 'export', '--output', context.file, '--url', 'http://127.0.0.1:9', '--member', 'M-1', ...FOR],
    {},
  );
  assert.is(code, 2);
  assert.match(err, 'The server at http://127.0.0.1:9 could not be reached');
  assert.is(await stat(context.file).catch(() => null), null);
});

const BEGIN: NonNullable<ExportOptions['begin']> = {
  memberId: 'M-1',
  recipient: { name: 'Court of Example' },
  purpose: 'HLEGAL',
  withhold: [],
};

/** Asks the server, until something breaks: `null` lets it pass, a number breaks off after so many bytes. */
function breaking(ask: AskRaw, breaks: (number | 'refused' | Error | null)[]): AskRaw {
  return async (path, init) => {
    if (!path.endsWith('/parts')) return ask(path, init);
    const how = breaks.shift() ?? null;
    if (how instanceof Error) throw how;
    if (how === 'refused') throw new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
    const response = await ask(path, init);
    if (how === null) return response;
    const bytes = Buffer.from(await response.arrayBuffer()).subarray(0, how);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(bytes));
      },
      pull(controller) {
        controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
      },
    });
    return new Response(body);
  };
}

async function withBreaks(context: Context, breaks: Parameters<typeof breaking>[1]) {
  const { rig, file } = context;
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const ask = breaking(createAskRaw(rig.url, undefined, {}), breaks);
  const told = await ran((output) => exportTo(ask, { url: rig.url, output: file, begin: BEGIN, wait }, output));
  return { ...told, waits };
}

test('a connection that breaks is made again, after a wait, and what came of a part is taken back', async (context) => {
  const { code, err, waits } = await withBreaks(context, [100, 'refused', 0, null]);
  assert.equal([code, err, waits], [0, '', [2_000, 2_000, 2_000]]);
  assert.is((await verify(context)).code, 0);
});

test('a server that is overloaded or away for a moment is asked again; one that says no is not', async (context) => {
  const busy = new ApiError(503, 'UNAVAILABLE', 'This is not possible at the moment');
  assert.is((await withBreaks(context, [busy, busy])).code, 0);
  assert.is((await verify(context)).code, 0);
  const gone = new ApiError(409, 'EXPORT_BEGIN_AGAIN', 'begin it again');
  const { code, err, waits } = await withBreaks({ ...context, file: context.dir.file('second') }, [gone]);
  assert.equal([code, err, waits], [1, 'EXPORT_BEGIN_AGAIN: begin it again', []]);
});

test('a server that does not come back: the words say how to go on, and it can be gone on with', async (context) => {
  const { code, err } = await withBreaks(context, [3_000, 'refused', 'refused', 'refused', 'refused']);
  assert.is(code, 2);
  assert.match(err, 'is not whole: run the same again with --resume');
  assert.match(err, 'could not be reached');
  assert.is((await verify(context)).code, 1, 'and nobody takes it for whole');
  assert.is((await exporting(context, '--resume')).code, 0);
  assert.is((await verify(context)).code, 0);
});

test('a disk that is full: the words say so, and it can be gone on with when there is room', async (context) => {
  const { rig, file } = context;
  const args = ['audit', 'export', '--output', file, '--url', rig.url, '--member', 'M-1', ...FOR];
  const command = [process.execPath, ...programOf(MAIN), ...args];
  // Not a full disk, but a write that fails as on one, without rights to make a disk.
  const child = spawn('/bin/sh', ['-c', `trap '' XFSZ; ulimit -f 8; exec "$@"`, 'sh', ...command], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { PATH: process.env['PATH'] ?? '', TSX_DISABLE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  const [code] = await once(child, 'close');
  assert.equal([code, out], [2, '']);
  assert.match(err, /^EFBIG.*What is whole of the export is in the file: go on with --resume\n$/);
  assert.is((await exporting(context, '--resume')).code, 0);
  assert.is((await verify(context)).code, 0);
});

test('how far it is, is told on a terminal and not into a pipe', async (context) => {
  const progress: string[] = [];
  const output = {
    line: () => {},
    note: () => {},
    json: () => {},
    progress: (text: string) => void progress.push(text),
  };
  const { rig, file } = context;
  const ask = createAskRaw(rig.url, undefined, {});
  await exportTo(ask, { url: rig.url, output: file, begin: BEGIN, wait: async () => {} }, output);
  assert.match(progress.join('\n'), /^1 calls, \d+ entries in 3 streams\n$/);
  const [isTerminal, write] = [process.stderr.isTTY, process.stderr.write];
  const written: unknown[] = [];
  process.stderr.write = (text: unknown) => written.push(text) > 0;
  try {
    for (const isTTY of [false, true]) {
      process.stderr.isTTY = isTTY;
      createOutput().progress('half');
    }
  } finally {
    process.stderr.write = write;
    process.stderr.isTTY = isTerminal;
  }
  assert.equal(written, ['\r\u001b[2Khalf']);
});

test.run();
