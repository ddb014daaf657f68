import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exportsIn } from '../../../src/audit/export/entries.ts';
import { readNoteBody } from '../../../src/audit/export/format.ts';
import { EMPTY_HEAD, headOf } from '../../../src/domain/entries.ts';
import { eventGridStream, memberStream, operationStream } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { newEntry } from '../../log/samples.ts';
import {
  ASKED,
  answered,
  callId,
  checked,
  contentOf,
  type ExportRig,
  keepLarge,
  linesIn,
  NOW,
  noteIn,
  notesIn,
  restOf,
  SCRIPT,
  startExportRig,
} from './rig.ts';

const test = suite<ExportRig>('exports');
test.before.each(async (context) => {
  Object.assign(context, await startExportRig());
});

const MEMBER = memberStream('M-1');
const DAY = operationStream(new Date(NOW).toISOString());

async function recorded(log: Pick<CallEventLog, 'read'>): Promise<ReturnType<typeof exportsIn>> {
  return exportsIn(await log.read(DAY));
}

test('of a call: all its entries and its script, and nothing else', async (rig) => {
  await rig.keep(1, 'M-1');
  await rig.keep(2, 'M-1');
  const text = await rig.whole({ callSessionId: callId(1) });
  assert.equal(contentOf(text), [`${callId(1)} 21`, `${SCRIPT} 1`]);
  assert.equal((await checked(text)).findings, []);
  assert.equal([rig.looks[0]!.calls, rig.looks[0]!.members], [[callId(1)], ['M-1']]);
});

test('of a member: what asked for calls, all calls, and each script once', async (rig) => {
  await rig.keep(1, 'M-1');
  await rig.keep(2, 'M-2');
  await rig.keep(3, 'M-1', Conversation.placed());
  const text = await rig.whole({ memberId: 'M-1' });
  assert.equal(contentOf(text), [`${MEMBER} 2`, `${callId(1)} 21`, `${SCRIPT} 1`, `${callId(3)} 3`]);
  const { findings, totals } = await checked(text);
  assert.equal([findings, totals.calls, totals.entries, totals.streams], [[], 2, 27, 4]);
});

test('of a period: the calls that were begun in it, and the streams of its whole days', async (rig) => {
  await rig.keep(1, 'M-1');
  await rig.keep(2, 'M-1', new Conversation().wait(600_000).initiate(true));
  const [access, grid] = ['access:2026-03-02:p:1', eventGridStream('2026-03-02')];
  const [before, waiting] = ['access:2026-03-01:p:1', 'quarantine:2026-03-02'];
  for (const stream of [access, grid, before, waiting]) await rig.append(stream, newEntry('one'));
  await rig.begin({ memberId: 'M-1' });
  await rig.append(callId(2), newEntry('later'));
  const day = contentOf(await rig.whole({ from: '2026-03-02', to: '2026-03-03' }));
  const calls = [`${callId(1)} 21`, `${SCRIPT} 1`, `${callId(2)} 3`];
  assert.equal(day.sort(), [...calls, `${access} 1`, `${grid} 1`, `${waiting} 1`, `${DAY} 1`].sort());
  const tenMinutes = await rig.whole({ from: '2026-03-02T15:00:00Z', to: '2026-03-02T15:10:00Z' });
  assert.equal(contentOf(tenMinutes), [`${callId(1)} 21`, `${SCRIPT} 1`]);
  assert.equal((await checked(tenMinutes)).findings, []);
  assert.equal(contentOf(await rig.whole({ from: '2026-03-02T15:10:00Z' })), [`${callId(2)} 3`, `${SCRIPT} 1`]);
  assert.equal(contentOf(await rig.whole({ to: '2026-03-01' })), []);
});

test('of a member without calls: an export that says so', async (rig) => {
  const text = await rig.whole({ memberId: 'M-never-called' });
  assert.equal(contentOf(text), ['member:M-never-called left: empty']);
  const { findings, notes } = await checked(text);
  assert.equal([findings, notes], [[], ['member:M-never-called is not in the export: the log has no entry of it']]);
  assert.equal(rig.looks[0]!.members, ['M-never-called']);
});

test('of a call or a member whom nobody knows there is none, and nothing is recorded', async ({ exports, world }) => {
  assert.is(await exports.begin({ callSessionId: callId(9) }, ASKED), null);
  assert.is(await exports.begin({ memberId: 'M-9' }, ASKED), null);
  assert.is(await exports.begin({ from: '2026-03-02', to: '2026-03-01' }, ASKED), 'the period ends before it begins');
  assert.equal(await recorded(world.log), []);
});

test('it is recorded with purpose and recipient before the first byte, and with count and digest at the end', async (rig) => {
  await rig.keep(1, 'M-1');
  const withhold = [{ entries: 'PlaceCall', reason: 'shows a number' }];
  const reason = 'subpoena 12';
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' }, { withhold, reason });
  const [begun] = await recorded(rig.world.log);
  const { checkpoint, ...body } = readNoteBody(noteIn(firstLine), 'begin')!;
  const said = { exportId, scope: { is: 'member', memberId: 'M-1' }, ...ASKED, withhold, reason, checkpoint };
  assert.equal([begun!.begin, begun!.end, begun!.actor], [withoutActor(said), null, 'compliance:ann']);
  const at = new Date(NOW).toISOString();
  const { recipient, purpose } = ASKED;
  assert.equal(body, { exportId, at, by: 'compliance:ann', recipient, purpose, reason, scope: said.scope, withhold });
  const rest = await restOf(rig.exports, exportId, noteIn(firstLine), rig.looks);
  const last = readNoteBody(notesIn(rest).at(-1)!, 'end')!;
  const [ended] = await recorded(rig.world.log);
  assert.equal(ended!.end, { exportId, ...last.totals, digest: last.digest, at });
  assert.equal(rig.looks, [
    { calls: [callId(1)], members: ['M-1'], action: 'export', purpose, reason, requestId: exportId },
  ]);
  assert.ok(last.totals.withheld > 0);
  assert.not.match(rest, '"type":"PlaceCall"');
});

function withoutActor({ actor: _, ...asked }: typeof ASKED & object): object {
  return asked;
}

test('an entry that is withheld stays in the house: its place, hash and reason remain', async (rig) => {
  await rig.keep(1, 'M-1');
  const reason = 'shows a number';
  const withhold = [
    { entries: `${callId(1)}/1`, reason },
    { entries: 'PlaceCall', reason },
    { entries: 'OpenCall', reason: 'no business of theirs' },
  ];
  const text = await rig.whole({ memberId: 'M-1' }, { withhold });
  const { hash } = (await rig.world.log.read(callId(1)))[0]!;
  const withheld = linesIn(text).flatMap((line) => ('withheld' in line ? [line.withheld] : []));
  assert.equal(withheld[1], { version: 1, hash, reason });
  assert.not.match(text, '+15550100001');
  const { findings, notes, totals } = await checked(text);
  assert.equal([findings, totals.withheld], [[], 3]);
  assert.equal(notes, ['entry 1 of member:M-1 is withheld: whether all calls are here cannot be told']);
  assert.ok(contentOf(text).includes(`${SCRIPT} 1`), 'its script is there all the same');
  assert.equal(rig.looks[0]!.members, ['M-1']);
});

test('entries and calls that are added while it runs are not in it: it shows its checkpoint’s moment', async (rig) => {
  await rig.keep(1, 'M-1', { stored: answered().stored.slice(0, 8) });
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' });
  await rig.append(callId(1), ...answered().stored.slice(8, 12));
  await rig.keep(2, 'M-1');
  await rig.instance.checkpoints.make();
  await rig.append(callId(1), ...answered().stored.slice(12));
  const text = firstLine + (await restOf(rig.exports, exportId, noteIn(firstLine)));
  assert.equal(contentOf(text), [`${MEMBER} 1`, `${callId(1)} 8`, `${SCRIPT} 1`]);
  assert.equal((await checked(text)).findings, []);
});

test('what no checkpoint covers yet, of another process, is not shown', async (rig) => {
  await rig.keep(1, 'M-1');
  // Past what remembers heads, as if a process had died.
  const { log } = rig.world;
  await log.append(MEMBER, headOf(await log.read(MEMBER)), [newEntry(callId(2), { type: 'OpenCall' })]);
  await log.append(callId(2), EMPTY_HEAD, answered().stored);
  const text = await rig.whole({ memberId: 'M-1' });
  assert.equal(contentOf(text), [`${MEMBER} 1`, `${callId(1)} 21`, `${SCRIPT} 1`]);
  const uncovered = await rig.whole({ callSessionId: callId(2) });
  assert.equal(contentOf(uncovered), [`${callId(2)} left: uncovered`]);
  assert.equal((await checked(uncovered)).findings, []);
});

test('a script that several calls follow is there once, also over the edge of parts', async (rig) => {
  await keepLarge(rig, 3);
  const text = await rig.whole({ memberId: 'M-1' });
  assert.is(notesIn(text).length, 4);
  assert.equal(contentOf(text).filter((each) => each.startsWith(SCRIPT)).length, 1);
  assert.equal((await checked(text, undefined, 1024 ** 2)).findings, []);
});

test('others have their turn before each of its parts, also where the log answers at once', async (rig) => {
  await keepLarge(rig, 3);
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' });
  const parts = await rig.exports.parts(exportId, noteIn(firstLine), async () => {});
  assert.is.not(typeof parts, 'string');
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  const seen = [0];
  for await (const _ of parts as AsyncGenerator<Buffer>) seen.push(turns);
  clearImmediate(next);
  assert.ok(seen.length > 3);
  assert.equal(
    seen.filter((count, place) => place > 0 && count <= seen[place - 1]!),
    [],
  );
});

test('its first line is made again to the byte, and leads to the same file', async (rig) => {
  await rig.keep(1, 'M-1');
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' }, { reason: 'subpoena 12' });
  const first = await restOf(rig.exports, exportId, noteIn(firstLine));
  await rig.append(callId(1), newEntry('later'));
  assert.equal(await rig.exports.again(exportId), { exportId, firstLine });
  assert.is(await restOf(rig.exports, exportId, noteIn(firstLine)), first);
  assert.is(await rig.exports.again('2026-03-02.00000000-0000-4000-8000-0000000000ff'), 'unknown');
  assert.is(await rig.exports.again('../etc'), 'unknown');
});

test('what was exported within a month is told, newest first, with what came of it', async (rig) => {
  await rig.keep(1, 'M-1');
  await rig.whole({ memberId: 'M-1' });
  const { exportId } = await rig.begin({ callSessionId: callId(1) });
  const day = new Date(NOW).toISOString().slice(0, 10);
  for (const lastDay of [null, day, '2026-03-31']) {
    const found = await rig.exports.recent(lastDay);
    if (typeof found === 'string') throw new Error(found);
    assert.equal(
      found.map(({ begin, end }) => [begin.scope.is, end?.calls ?? null]),
      [
        ['call', null],
        ['member', 1],
      ],
    );
    assert.is(found[0]!.begin.exportId, exportId);
  }
  assert.equal(await rig.exports.recent('2026-03-01'), []);
  assert.equal(await rig.exports.recent('2026-05-01'), []);
  assert.match(String(await rig.exports.recent('yesterday')), /until takes a day/);
});

test.run();
