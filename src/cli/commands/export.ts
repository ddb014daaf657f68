import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Purpose } from '../../audit/access/look.ts';
import type { ScopeAsked } from '../../audit/export/asked.ts';
import type { Recipient, Withhold } from '../../audit/export/entries.ts';
import { openNew } from '../../files/private.ts';
import { ApiError, type AskRaw, explainApiError, jsonOf } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { createExportFile, type ExportFile, resumeExportFile } from './export-file.ts';

export type ExportOptions = {
  readonly url: string;
  /** A new file, or with `resume` one that was broken off. */
  readonly output: string;
  /** Absent: what is in the file is gone on with. */
  readonly begin?: ScopeAsked & {
    readonly recipient: Recipient;
    readonly purpose: Purpose;
    readonly withhold: readonly Withhold[];
  };
  /** Passes the given milliseconds. */
  readonly wait?: (ms: number) => Promise<unknown>;
};

const GO_ON = 'What is whole of the export is in the file: go on with --resume';
/** A connection that breaks is made again so often, without a part in between. */
const TRIES = 5;
const WAIT_MS = 2_000;

/**
 * Writes an export into a file. What is in the file are whole parts, whatever breaks: a later run goes on behind them.
 * @param ask asks the server, with credentials and reason
 */
export async function exportTo(ask: AskRaw, options: ExportOptions, output: Output): Promise<ExitCode> {
  let isBegun = false;
  try {
    const file = options.begin ? await begin(ask, options.output, options.begin) : await resume(options.output);
    if (typeof file === 'string') {
      output.note(file);
      return EXIT.cannotRun;
    }
    isBegun = true;
    try {
      return await goOn(ask, file, options, output);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isOfFile(error)) {
      output.note(isBegun ? `${error.message}. ${GO_ON}` : inWords(error, options.output));
      return EXIT.cannotRun;
    }
    return explainApiError(error, options.url, output);
  }
}

async function begin(ask: AskRaw, path: string, asked: NonNullable<ExportOptions['begin']>): Promise<ExportFile> {
  // Tried first: an export that has been begun is recorded, and should be written.
  await (await openNew(path)).close();
  const response = await ask('/api/audit/exports', json(asked)).catch(async (error: unknown) => {
    await rm(path);
    throw error;
  });
  const { firstLine } = await jsonOf<{ firstLine: string }>(response);
  return createExportFile(path, firstLine);
}

async function resume(path: string): Promise<ExportFile | string> {
  const file = await resumeExportFile(path);
  if (file === null) return `${path} holds no export that could be gone on with`;
  return file;
}

async function goOn(ask: AskRaw, file: ExportFile, { wait = sleep, output: path }: ExportOptions, output: Output) {
  for (let failures = 0; !file.last().isEnd; ) {
    const { exportId, note } = file.last();
    try {
      const response = await ask(`/api/audit/exports/${exportId}/parts`, json({ after: note }));
      for await (const chunk of response.body ?? []) {
        if (await file.write(Buffer.from(chunk))) {
          failures = 0;
          output.progress(soFar(file));
        }
      }
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error;
      if (isOfFile(error)) throw error;
      failures += 1;
      if (failures === TRIES) {
        output.note(`${path} is not whole: run the same again with --resume instead of what is to be exported`);
        throw error;
      }
      await wait(WAIT_MS);
    }
    await file.dropRest();
  }
  output.progress('');
  output.line(`${path}: ${soFar(file)}`);
  return EXIT.ok;
}

function soFar(file: ExportFile): string {
  const { streams = 0, entries = 0, calls = 0, withheld = 0, left = 0 } = file.last().totals ?? {};
  const lacking = [withheld > 0 ? `, ${withheld} withheld` : '', left > 0 ? `, ${left} streams left out` : ''].join('');
  return `${calls} calls, ${entries} entries in ${streams} streams${lacking}`;
}

function json(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

function inWords({ code, message }: NodeJS.ErrnoException, path: string): string {
  if (code === 'EEXIST') return `${path} is there already: an export is written into a new file`;
  return code === 'ENOENT' ? `there is no ${path}` : message;
}

/** Of the disk that it is written to, or of the path. */
function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'errno' in error && !('cause' in error && error.cause);
}
