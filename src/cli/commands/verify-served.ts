import { setTimeout as sleep } from 'node:timers/promises';
import type { LastVerification } from '../../audit/verify/results.ts';
import { findingInWords } from '../../audit/verify/words.ts';
import { type Ask, explainApiError } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

type Shown = {
  readonly underWay: { readonly streams: number; readonly entries: number; readonly findingCount: number } | null;
  readonly last: LastVerification | null;
};

export type VerifyServedOptions = {
  readonly url: string;
  readonly json: boolean;
  /** Passes the given milliseconds. */
  readonly wait?: (ms: number) => Promise<unknown>;
};

const POLL_MS = 1_000;
const PATH = '/api/audit/verify';

/** Has a server verify its log, which records that, and waits for what it finds. */
export async function verifyServed(ask: Ask, options: VerifyServedOptions, output: Output): Promise<ExitCode> {
  const { wait = sleep } = options;
  try {
    const before = (await ask<Shown>(PATH)).last?.at ?? null;
    await ask(PATH, { method: 'POST' });
    for (;;) {
      const { underWay, last } = await ask<Shown>(PATH);
      if (underWay) output.progress(`${underWay.entries} entries in ${underWay.streams} streams`);
      else if (last && last.at !== before) return tell(last, options, output);
      else {
        output.note('The server could not verify its log; its own log says why.');
        return EXIT.cannotRun;
      }
      await wait(POLL_MS);
    }
  } catch (error) {
    return explainApiError(error, options.url, output);
  }
}

function tell(last: LastVerification, { json }: VerifyServedOptions, output: Output): ExitCode {
  output.progress('');
  if (json) output.json(last);
  else {
    for (const finding of last.findings) output.line(findingInWords(finding));
    output.line(
      `${last.entries} entries in ${last.streams} streams, ${last.findingCount} findings, ${last.noteCount} notes`,
    );
    output.line('The server says so, with its own key: to be convinced without it, verify with --key and --known.');
  }
  return last.findingCount === 0 ? EXIT.ok : EXIT.finding;
}
