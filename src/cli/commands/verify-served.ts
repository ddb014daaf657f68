import { setTimeout as sleep } from 'node:timers/promises';
import type { LastVerification } from '../../audit/verify/results.ts';
import { findingInWords } from '../../audit/verify/words.ts';
import { type Ask, explainApiError } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { simulatedWords } from './verify.ts';

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

/** What a server's last verification found; null: it knows of none. @throws ApiError */
export async function lastVerification(ask: Ask): Promise<LastVerification | null> {
  return (await ask<Shown>(PATH)).last;
}

/** Has a server verify its log, which records that, and waits for what it finds; null: it could not. @throws ApiError */
export async function verifiedNow(
  ask: Ask,
  { wait }: { readonly wait: (ms: number) => Promise<unknown> },
  output: Output,
): Promise<LastVerification | null> {
  const before = (await lastVerification(ask))?.at ?? null;
  await ask(PATH, { method: 'POST' });
  for (;;) {
    const { underWay, last } = await ask<Shown>(PATH);
    if (!underWay) return last && last.at !== before ? last : null;
    output.progress(`${underWay.entries} entries in ${underWay.streams} streams`);
    await wait(POLL_MS);
  }
}

/** Tells what a server finds that verifies its log. */
export async function verifyServed(ask: Ask, options: VerifyServedOptions, output: Output): Promise<ExitCode> {
  const { wait = sleep, url } = options;
  try {
    const last = await verifiedNow(ask, { wait }, output);
    if (last !== null) return tell(last, options, output);
    output.note('The server could not verify its log; its own log says why.');
    return EXIT.cannotRun;
  } catch (error) {
    return explainApiError(error, url, output);
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
    if (last.simulatedCalls) output.line(simulatedWords(last.simulatedCalls));
    output.line('The server says so, with its own key: to be convinced without it, verify with --key and --known.');
  }
  return last.findingCount === 0 ? EXIT.ok : EXIT.finding;
}
