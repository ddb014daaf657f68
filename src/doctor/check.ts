import { inTime } from '../base/time-limit.ts';

/** `warning`: it works, and should not stay so. */
export type Verdict = 'ok' | 'warning' | 'failed';

export type Finding = { readonly verdict: Verdict; readonly detail: string };

/** One thing that a server needs. `run` may throw or never come back: both are findings too. */
export type Check = { readonly name: string; run(): Promise<Finding> };

export type CheckResult = Finding & { readonly name: string };

export const ok = (detail: string): Finding => ({ verdict: 'ok', detail });
export const warning = (detail: string): Finding => ({ verdict: 'warning', detail });
export const failed = (detail: string): Finding => ({ verdict: 'failed', detail });

/** Runs all checks at once and tells of each, in their order. */
export async function runChecks(checks: readonly Check[], limitMs: number): Promise<readonly CheckResult[]> {
  return Promise.all(checks.map(async ({ name, run }) => ({ name, ...(await bounded(run, limitMs)) })));
}

async function bounded(run: Check['run'], limitMs: number): Promise<Finding> {
  try {
    const finding = await inTime(run(), limitMs);
    return finding === 'late' ? failed(`no answer in ${limitMs / 1_000} s`) : finding;
  } catch (error) {
    return failed(describe(error));
  }
}

/** Codes and statuses first: they are what documentation is searched by. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  const message = error.message.split('\n')[0] ?? '';
  // fetch hides the reason behind "fetch failed".
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return [code, statusCode, message + cause].filter((part) => part !== undefined && part !== '').join(' ');
}
