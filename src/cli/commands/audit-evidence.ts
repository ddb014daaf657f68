import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence, EvidenceLook, SignedOff } from '../../audit/evidence/api.ts';
import { packOf } from '../../audit/evidence/pack.ts';
import { errorCode } from '../../base/coded-error.ts';
import { makeFolder, writeNew } from '../../files/private.ts';
import { type Ask, explainApiError } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { lastVerification, verifiedNow } from './verify-served.ts';

export type EvidenceOptions = {
  readonly url: string;
  readonly from?: string;
  readonly to?: string;
  /** Passes the given milliseconds. */
  readonly wait?: (ms: number) => Promise<unknown>;
};

/**
 * Lays what a server has to show an auditor into a directory that is not there or empty. A server that has not verified its log
 * lately does it first.
 */
export async function evidence(ask: Ask, dir: string, options: EvidenceOptions, output: Output): Promise<ExitCode> {
  if (!isEmpty(dir)) {
    output.note(`${dir} is not empty: nothing is written over`);
    return EXIT.cannotRun;
  }
  const { url, wait = sleep } = options;
  try {
    if ((await lastVerification(ask)) === null) await verifiedNow(ask, { wait }, output);
    const gathered = await ask<Evidence>(`/api/audit/evidence${queryOf(options)}`);
    const looks = await looksOf(ask, gathered);
    const files = packOf(gathered, looks);
    lay(dir, files);
    tell(dir, files.size, gathered, output);
    return gathered.flaws.length === 0 && gathered.verification?.findingCount === 0 ? EXIT.ok : EXIT.finding;
  } catch (error) {
    if (isOfFiles(error)) throw error;
    return explainApiError(error, url, output);
  }
}

function isEmpty(dir: string): boolean {
  try {
    return readdirSync(dir).length === 0;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true;
    throw error;
  }
}

function isOfFiles(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

/** Up to when the rest was counted: gathering is a look itself. */
async function looksOf(ask: Ask, { period, gatheredAt }: Evidence): Promise<readonly EvidenceLook[]> {
  const looks: EvidenceLook[] = [];
  const { from } = period;
  const to = period.to < gatheredAt ? period.to : gatheredAt;
  if (from >= to) return looks;
  for (let cursor: string | null = null; ; ) {
    const query = queryOf({ from, to, ...(cursor !== null && { cursor }) });
    const page = await ask<{ looks: EvidenceLook[]; nextCursor: string | null }>(`/api/audit/evidence/looks${query}`);
    looks.push(...page.looks);
    cursor = page.nextCursor;
    if (cursor === null) return looks;
  }
}

function queryOf(asked: { readonly from?: string; readonly to?: string; readonly cursor?: string }): string {
  const query = new URLSearchParams();
  for (const name of ['from', 'to', 'cursor'] as const) if (asked[name] !== undefined) query.set(name, asked[name]);
  return query.size === 0 ? '' : `?${query}`;
}

/** For whoever made it alone: it tells of members. */
function lay(dir: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    const file = join(dir, name);
    makeFolder(dirname(file));
    writeNew(file, text);
  }
}

function tell(dir: string, count: number, { period, verification, reviews, flaws }: Evidence, output: Output): void {
  output.line(`${dir}: ${count} files, from ${period.from} to ${period.to}; begin with README.md`);
  if (verification === null) output.note('The log could not be verified; the server’s own log says why.');
  else if (verification.findingCount > 0)
    output.note(`The last verification has ${verification.findingCount} findings.`);
  const open = reviews.filter(
    ({ isOver, signOffs, sha256 }) => isOver && !signOffs.some((one) => one.sha256 === sha256),
  );
  if (open.length > 0) output.note(`Not signed off: ${open.map(({ month }) => month).join(', ')}`);
  for (const flaw of flaws) output.note(`! ${flaw}`);
}

export type SignOffOptions = {
  readonly url: string;
  readonly month: string;
  readonly statement: string;
  readonly report?: string;
  readonly json: boolean;
};

/** Records that somebody has reviewed who looked in a month. */
export async function signOff(ask: Ask, options: SignOffOptions, output: Output): Promise<ExitCode> {
  const { url, month, statement, report, json } = options;
  const body = JSON.stringify({ month, statement, ...(report !== undefined && { report }) });
  const headers = { 'content-type': 'application/json' };
  try {
    const signed = await ask<SignedOff>('/api/audit/sign-offs', { method: 'POST', body, headers });
    const { looks, refusals, glassBroken, actors } = signed.counts;
    if (json) output.json(signed);
    else {
      output.line(
        `${signed.month}: ${looks} looks by ${actors} actors, ${refusals} turned away, ${glassBroken} by breaking the glass`,
      );
      output.line(`recorded as ${signed.id}; SHA-256 of the report ${signed.sha256}`);
    }
    return EXIT.ok;
  } catch (error) {
    return explainApiError(error, url, output);
  }
}
