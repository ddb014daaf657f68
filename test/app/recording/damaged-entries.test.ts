import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rebuildReadModels } from '../../../src/audit/rebuild.ts';
import { uuidv7 } from '../../../src/composition/ids.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { EMPTY_HEAD, type Entry, type NewEntry } from '../../../src/domain/entries.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { callback } from '../../support/callbacks.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

let rig: Rig;

test.before.each(async () => {
  rig = await openRig({ clock: virtualClock() });
});
test.after.each(() => rig.close());

const parsed = (data: string): object => JSON.parse(data) as object;
const withValues = (data: string, value: unknown): string =>
  JSON.stringify(Object.fromEntries(Object.keys(parsed(data)).map((key) => [key, value])));

/** What can have become of an entry, by its kind; null: it is gone. */
const DAMAGES: Readonly<Record<string, (entry: NewEntry) => NewEntry | null>> = {
  'JSON cut short': (entry) => ({ ...entry, data: entry.data.slice(0, -1) }),
  'no JSON at all': (entry) => ({ ...entry, data: 'x' }),
  'no data': (entry) => ({ ...entry, data: '' }),
  'null for data': (entry) => ({ ...entry, data: 'null' }),
  'a number for data': (entry) => ({ ...entry, data: '7' }),
  'a text for data': (entry) => ({ ...entry, data: '"x"' }),
  'a list for data': (entry) => ({ ...entry, data: '[]' }),
  'a body without fields': (entry) => ({ ...entry, data: '{}' }),
  'fields that are null': (entry) => ({ ...entry, data: withValues(entry.data, null) }),
  'fields that are numbers': (entry) => ({ ...entry, data: withValues(entry.data, 7) }),
  'fields that are texts': (entry) => ({ ...entry, data: withValues(entry.data, 'x') }),
  'fields that are lists': (entry) => ({ ...entry, data: withValues(entry.data, [null]) }),
  'bytes that were no UTF-8 in its data': (entry) => ({ ...entry, data: entry.data.replaceAll('e', '\ufffd') }),
  'bytes that were no UTF-8 in its time': (entry) => ({ ...entry, at: entry.at.replace('2', '\ufffd') }),
  'a time that is none': (entry) => ({ ...entry, at: '' }),
  'a type that nobody knows': (entry) => ({ ...entry, type: 'WrittenByNobody' }),
  'a kind that nobody knows': (entry) => ({ ...entry, kind: 'rumour' as never }),
  'the type of another entry': (entry) => ({ ...entry, type: 'InitiateCall', kind: 'command' }),
  'the entry is gone': () => null,
};

/** A call that is asked its first question, so that its stream has entries of every kind and a deadline. */
async function template(): Promise<readonly Entry[]> {
  const app = await rig.start();
  const result = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(result.ok);
  await app.idle();
  await app.recordCallbacks(result.callSessionId, [callback('CallConnected')]);
  await app.idle();
  await app.close();
  return rig.stream(result.callSessionId);
}

/** Puts a copy of a stream into the log. @returns its id */
async function copied(entries: readonly Entry[], n: number): Promise<string> {
  const id = uuidv7(Date.now() + n);
  await rig.stores.log.register(id, new Date());
  await rig.stores.log.append(id, EMPTY_HEAD, entries.map(withoutPlace));
  return id;
}

function withoutPlace({ kind, type, id, at, actor, cause, data }: Entry): NewEntry {
  return { kind, type, id, at, actor, cause, data };
}

/** The log as a disk may give it: of these streams one entry is another. */
function damagedLog(log: CallEventLog, damages: ReadonlyMap<string, Case>): CallEventLog {
  return {
    ...log,
    async read(stream, fromVersion) {
      const entries = await log.read(stream, fromVersion);
      const found = damages.get(stream);
      if (!found) return entries;
      return entries.flatMap((entry) => {
        if (entry.version !== found.version) return [entry];
        const damaged = DAMAGES[found.damage]!(entry);
        return damaged ? [{ ...entry, ...damaged }] : [];
      });
    },
  };
}

type Case = { readonly version: number; readonly damage: string };

/** What somebody hears who asks. */
async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'done';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : `no code: ${String(error)}`;
  }
}

test('whatever has become of one entry, its call is named or goes on, and all others do', async () => {
  const entries = await template();
  assert.ok(entries.length >= 6, 'there is something to damage');
  const cases = new Map<string, Case>();
  for (const { version } of entries) {
    for (const damage of Object.keys(DAMAGES)) {
      // An end that is cut off is no damage that the stream itself could show.
      if (damage === 'the entry is gone' && version === entries.length) continue;
      cases.set(await copied(entries, cases.size), { version, damage });
    }
  }
  const sound = await Promise.all([0, 1, 2].map((n) => copied(entries, n)));
  const log = damagedLog(rig.stores.log, cases);

  const app = await rig.start({ log });
  await app.idle();
  for (const id of sound) {
    assert.is(await codeOf(() => app.recordCallbacks(id, [callback('ParticipantsUpdated')])), 'done');
    assert.is((await app.status(id))?.session.status, 'Connected');
  }
  for (const [id, { version, damage }] of cases) {
    const name = `${damage} at ${version}`;
    for (const work of [() => app.recordCallbacks(id, [callback('ParticipantsUpdated')]), () => app.status(id)]) {
      assert.ok(['done', 'CALL_PARKED'].includes(await codeOf(work)), `${name}: ${await codeOf(work)}`);
    }
  }
  await app.idle();
  assert.is((await app.list({ filter: {}, limit: 1_000 })).length > sound.length, true);
  const { ready, projectionLagMs, parked, problems } = app.health();
  assert.equal([ready, projectionLagMs], [true, 0]);

  const { unreadable, differences } = await rebuildReadModels(log, rig.stores.readStore, PROVIDERS);
  assert.equal(
    sound.filter((id) => differences.includes(id) || unreadable.includes(id)),
    [],
  );
  for (const id of unreadable) assert.ok(cases.has(id));
  // Who has rows now is shown; of all others somebody knows.
  const shown = await rig.stores.readStore.versions([...cases.keys()]);
  for (const [id, { version, damage }] of cases) {
    const isNamed = parked.includes(id) || problems.some((problem) => problem.includes(id)) || unreadable.includes(id);
    assert.ok(shown.has(id) || isNamed, `${damage} at ${version} is neither shown nor named`);
  }
});

test.run();
