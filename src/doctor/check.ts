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
  const parts = [code, statusCode, wholeMessage(error)].filter((part) => part !== undefined && part !== '');
  return `${parts.join(' ')}${causeOf(error)}`;
}

/** In one line. Those who say several things at once put them below each other. */
function wholeMessage({ message }: Error): string {
  const lines = message.split('\n').map((line) => line.trim().replace(/^- /, ''));
  const [first = '', ...rest] = lines.filter(Boolean);
  return rest.length === 0 ? first : `${first.replace(/:$/, '')}: ${rest.join('; ')}`;
}

/** `fetch` hides the reason behind "fetch failed", and a host with several addresses behind one error for all of them. */
function causeOf(error: Error): string {
  const hidden = error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  const reasons = hidden.filter((each) => each instanceof Error).map(describe);
  return reasons.length === 0 ? '' : ` (${[...new Set(reasons)].join('; ')})`;
}
