import type { RequestKind } from '../../audit/replay/api.ts';
import { isOneOf } from '../../base/one-of.ts';
import { DISPOSITIONS } from '../../domain/call/disposition.ts';
import { ApiError, createAsk, explainApiError } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { askOrDo } from '../served.ts';
import { hang } from '../wrap.ts';
import { timeline } from './timeline.ts';
import { servedTrail, type Trail } from './trail.ts';

/** How a command asks for the trail, and what for. */
export type AskOptions = {
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly json: boolean;
  /** Why somebody looks, by its code; absent: the server's default. */
  readonly purpose?: string;
  readonly reason?: string;
  /** Opens the trail on this machine, where no server runs; absent: then it is said how to start one. */
  readonly here?: () => Promise<Trail & { close(): Promise<void> }>;
};

type PageOptions = { readonly limit?: string; readonly cursor?: string };
export type ReplayOptions = AskOptions & { readonly asOf?: string; readonly raw: boolean };

/** Shows one call, entry by entry. */
export function replay(id: string, options: ReplayOptions, output: Output): Promise<ExitCode> {
  const { asOf, raw, reason, json } = options;
  if (raw && reason === undefined) {
    output.note('--raw shows numbers and needs a --reason');
    return Promise.resolve(EXIT.cannotRun);
  }
  return asking(options, output, async (trail) => {
    const shown = await trail.replay(id, { asOf, raw });
    if (json) output.json(shown);
    else for (const line of timeline(shown)) output.line(line);
    return shown.flaws.length === 0 ? EXIT.ok : EXIT.finding;
  });
}

/** Shows a page of a member's history, newest first. */
export function history(memberId: string, options: AskOptions & PageOptions, output: Output): Promise<ExitCode> {
  const { limit, cursor, json } = options;
  return asking(options, output, async (trail) => {
    const shown = await trail.history(memberId, { limit, cursor });
    const { items, flaws, nextCursor } = shown;
    if (json) output.json(shown);
    else {
      const lines = items.flatMap((item) => [
        ...hang(`${moment(item.at)}  `, `${item.who.words}: ${item.what}`),
        ...item.callSessionIds.flatMap((id) => hang(' '.repeat(21), `call ${id}`)),
      ]);
      for (const line of lines.length > 0 ? lines : ['Nothing is known of this member.']) output.line(line);
      for (const line of flaws.flatMap((flaw) => hang('! ', flaw))) output.line(line);
      more(nextCursor, output);
    }
    return flaws.length === 0 ? EXIT.ok : EXIT.finding;
  });
}

/** What `callistra audit search` may ask for. */
export type SearchOptions = AskOptions &
  PageOptions & {
    readonly member?: string;
    readonly day?: string;
    readonly from?: string;
    readonly to?: string;
    readonly staff?: string;
    readonly disposition?: string;
    readonly connection?: string;
  };

/** Lists calls that match, newest first. */
export function search(options: SearchOptions, output: Output): Promise<ExitCode> {
  const { disposition, limit, cursor, json } = options;
  if (disposition !== undefined && !isOneOf(DISPOSITIONS, disposition)) {
    output.note(`--disposition is one of ${DISPOSITIONS.join(', ')}`);
    return Promise.resolve(EXIT.cannotRun);
  }
  const asked = { ...fieldsOf(options), ...(disposition !== undefined && { disposition }) };
  return asking(options, output, async (trail) => {
    const shown = await trail.search(asked, { limit, cursor });
    if (json) output.json(shown);
    else {
      for (const call of shown.calls) {
        const did = call.staff.map((one) => `${one.did} by ${one.who.words}`);
        const text = [call.callSessionId, call.memberId, call.disposition ?? call.status, ...did].join('  ');
        for (const line of hang(`${moment(call.createdAt)}  `, text)) output.line(line);
      }
      for (const line of shown.unreadable.flatMap((id) => hang('! ', `call ${id} cannot be read`))) output.line(line);
      output.line(`${shown.calls.length} found, ${shown.looked} looked at`);
      more(shown.nextCursor, output);
    }
    return shown.unreadable.length === 0 ? EXIT.ok : EXIT.finding;
  });
}

function fieldsOf({ member, connection, day, from, to, staff }: SearchOptions) {
  return {
    ...(member !== undefined && { memberId: member }),
    ...(day !== undefined && { day }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(staff !== undefined && { staff }),
    ...(connection !== undefined && { connectionId: connection }),
  };
}

/** Records what somebody asked for of a member. */
export function request(
  kind: RequestKind,
  memberId: string,
  options: AskOptions & { readonly reason: string },
  output: Output,
): Promise<ExitCode> {
  const { reason, json, ...others } = options;
  return asking({ ...others, json }, output, async (trail) => {
    const recorded = await trail.request({ kind, memberId, reason });
    if (json) output.json(recorded);
    else output.line(`recorded as ${recorded.requestId}; nothing is deleted in this release`);
    return EXIT.ok;
  });
}

type Run = (trail: Trail) => Promise<ExitCode>;

/** A server answers, which has the log; where none runs it is answered here, if that can be. */
export async function asking(options: AskOptions, output: Output, run: Run): Promise<ExitCode> {
  const { url, apiKey, purpose, reason, here } = options;
  const ask = createAsk(url, apiKey, {
    ...(purpose !== undefined && { purpose }),
    ...(reason !== undefined && { reason }),
  });
  const runHere = async (): Promise<ExitCode> => (here ? doneHere(here, run, output) : EXIT.cannotRun);
  return askOrDo({ url, isNamed: !here }, () => run(servedTrail(ask)), runHere, output);
}

async function doneHere(here: NonNullable<AskOptions['here']>, run: Run, output: Output): Promise<ExitCode> {
  const trail = await here();
  try {
    return await run(trail);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return explainApiError(error, '', output);
  } finally {
    await trail.close();
  }
}

/** `2026-03-02 15:00:00`, UTC. */
function moment(at: string): string {
  return at.slice(0, 19).replace('T', ' ').padEnd(19);
}

function more(cursor: string | null, output: Output): void {
  if (cursor !== null) output.note(`there is more: --cursor ${cursor}`);
}
