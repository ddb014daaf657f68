import { LOOK, type LookBody } from '../../src/audit/access/entries.ts';
import type { Look } from '../../src/audit/access/look.ts';
import { checkExport } from '../../src/audit/export/check/check.ts';
import type { ExportCheck } from '../../src/audit/export/check/findings.ts';
import { readNoteBody, wordOf } from '../../src/audit/export/format.ts';
import { isAccessStream } from '../../src/domain/streams.ts';
import type { Instance } from './fleet.ts';
import type { MemoryLog } from './memory-log.ts';
import { patiently } from './patience.ts';
import type { Sim } from './sim.ts';
import type { Stage } from './stage.ts';
import { type OwnTrail, TREE_KEY } from './trail.ts';

/** Somebody who exports a call and goes on, at whatever instance lives, when that breaks off. */
const WHO = { actor: 'compliance:eve', roles: ['Compliance'], address: null } as const;
const TRIES = 6;

/** What has arrived so far; `last`: the note to go on from; `asked`: how often it was, as only the last answer is still waited for. */
type Arrived = { readonly exportId: string; readonly chunks: Buffer[]; last: string; asked: number };

/** Exports a call; what came of it whole must hold, with all that left in the log. */
export async function exportCall(stage: Stage, { name, trail }: Instance): Promise<void> {
  const { sim, checker } = stage;
  const callSessionId = sim.pick('exported', [...checker.check.ledger.promised]);
  if (callSessionId === undefined || !trail) return;
  const asked = { ...WHO, recipient: { name: 'auditor' }, purpose: 'HLEGAL', withhold: [], requestId: 'r' } as const;
  const begun = await patiently(sim, () => trail.exports.begin({ callSessionId }, asked));
  sim.trace('auditor', `exports ${callSessionId} at ${name} -> ${begun === null ? 'nothing' : 'begun'}`);
  if (begun === null || typeof begun === 'string') return;
  const { exportId, firstLine } = begun;
  const chunks = [Buffer.from(firstLine)];
  const arrived: Arrived = { exportId, chunks, last: noteIn(firstLine.trimEnd()), asked: 0 };
  for (let tries = 0; tries < TRIES && wordOf(arrived.last) !== 'end'; tries += 1) {
    const instance = stage.fleet.anyone('export-at');
    if (instance?.trail) await patiently(sim, () => goOn(instance.trail!, arrived));
    else await sim.scheduler.sleep(60_000);
  }
  if (wordOf(arrived.last) === 'end') await judge(stage, callSessionId, arrived);
}

async function goOn({ exports, access }: OwnTrail, arrived: Arrived): Promise<void> {
  const look = (shown: Pick<Look, 'action' | 'purpose' | 'requestId' | 'calls' | 'members'>) =>
    access.record({ ...shown, ...WHO });
  arrived.asked += 1;
  const { exportId, last, asked } = arrived;
  const parts = await exports.parts(exportId, last, look);
  if (typeof parts === 'string') return;
  for await (const part of parts) {
    // Whoever asks again has hung up: what a frozen server gives then, nobody receives.
    if (arrived.asked !== asked) return;
    arrived.chunks.push(part);
    arrived.last = noteIn(part.toString().trimEnd().split('\n').at(-1) ?? '');
  }
}

function noteIn(line: string): string {
  return (JSON.parse(line) as { note: string }).note;
}

async function judge({ sim, log }: Stage, callSessionId: string, { exportId, chunks, last }: Arrived): Promise<void> {
  const check = await checkExport(inOrder(chunks), { key: TREE_KEY, witnesses: [], quorum: 0 });
  sim.trace('auditor', `has an export of ${callSessionId}: ${check.totals.entries} entries`);
  const [wrong] = check.findings;
  if (wrong) sim.fail('an export holds by itself', JSON.stringify(wrong));
  if (readNoteBody(last, 'end')?.exportId !== exportId) sim.fail('an export ends as itself', exportId);
  checkRecorded(sim, log, exportId, check);
}

async function* inOrder(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

/** What was given away is in the log, with the export that it left with. */
function checkRecorded(sim: Sim, log: MemoryLog, exportId: string, { totals }: ExportCheck): void {
  const looks = log
    .streams()
    .filter(isAccessStream)
    .flatMap((stream) => log.peek(stream))
    .filter(({ type }) => type === LOOK)
    .map(({ data }): LookBody => JSON.parse(data))
    .filter(({ action, requestId }) => action === 'export' && requestId === exportId);
  const named = new Set(looks.flatMap(({ calls }) => calls));
  if (named.size < totals.calls)
    sim.fail('what leaves is recorded before', `${exportId} shows more than its looks name`);
}
