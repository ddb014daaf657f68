import { openSqliteAccessStore } from '../../../projections/sqlite/access/store.ts';
import type { Look, Purpose } from '../../../src/audit/access/look.ts';
import { createAccessRecorder } from '../../../src/audit/access/recorder.ts';
import { accessRecords } from '../../../src/audit/access/records.ts';
import type { Disclosures } from '../../../src/audit/disclosures/api.ts';
import { createDisclosures } from '../../../src/audit/disclosures/disclosures.ts';
import { beginExportEntry, endExportEntry } from '../../../src/audit/export/entries.ts';
import { operationStream } from '../../../src/domain/streams.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { append, type ReplayRig, startReplayRig } from '../replay/rig.ts';

/** What left with an export. */
export type Exported = {
  readonly purpose: Purpose;
  readonly members: readonly string[];
  readonly calls?: readonly string[];
  readonly recipient?: { readonly name: string; readonly address?: string };
  /** Whether it came to its end. */
  readonly ended?: boolean;
  /** Whether its beginning is in the log. */
  readonly begun?: boolean;
};

/** A log with looks and exports in it, whose rows of who looked are written at once, and what tells of disclosures. */
export type DisclosuresRig = ReplayRig & {
  readonly disclosures: Disclosures;
  readonly looks: Parameters<typeof createDisclosures>[0]['looks'];
  look(look: Partial<Look>): Promise<void>;
  /** Records what an export records, at the time that it is now. @returns its exportId */
  exported(what: Exported): Promise<string>;
};

export const PERSON = { actor: 'compliance:bo', by: 'person', roles: ['Compliance'], address: '10.0.0.7' } as const;

export async function startDisclosuresRig(): Promise<DisclosuresRig> {
  const rig = await startReplayRig();
  const { path, remove } = await tempDir('disclosures');
  const store = openSqliteAccessStore(`${path}/access.db`);
  const { log, members, readStore } = rig.stores;
  let ids = 0;
  const uuid = () => `00000000-0000-4000-9000-${String(++ids).padStart(12, '0')}`;
  const shown: Promise<void>[] = [];
  const recorder = createAccessRecorder({
    log,
    clock: rig.clock,
    freshId: uuid,
    process: 'p1',
    recorded: (stream, entries) => void shown.push(store.write([accessRecords(stream, entries)])),
  });
  const looks: DisclosuresRig['looks'] = (page) => store.list(page);
  const look: DisclosuresRig['look'] = async (what) => {
    const whole = { ...PERSON, action: 'status', purpose: 'HOPERAT', requestId: 'r', calls: [], members: [] } as const;
    await recorder.record({ ...whole, ...what });
    await Promise.all(shown);
  };
  return {
    ...rig,
    looks,
    look,
    disclosures: createDisclosures({ log, readStore, members, looks, clock: rig.clock, ids: { uuid } }),
    async exported({ purpose, members: whose, calls = [], recipient = COURT, ended = true, begun = true }) {
      const at = new Date(rig.clock.now()).toISOString();
      const exportId = `${at.slice(0, 10)}.${uuid()}`;
      const named = { at, actor: PERSON.actor };
      const period = { is: 'period', from: at, to: at } as const;
      const checkpoint = 'o\n1\nr\n';
      const { roles, address } = PERSON;
      const body = {
        exportId,
        scope: period,
        recipient,
        purpose,
        roles,
        requestId: 'r',
        address,
        withhold: [],
        checkpoint,
      };
      if (begun) await append(log, operationStream(at), [beginExportEntry(body, named)]);
      await look({ action: 'export', purpose, requestId: exportId, members: whose, calls });
      const counts = { streams: 1, entries: 1, calls: 1, withheld: 0, left: 0, bytes: 1, digest: 'd' };
      if (ended) await append(log, operationStream(at), [endExportEntry({ exportId, ...counts }, named)]);
      // An accounting is of what was before it is made.
      await rig.clock.advance(1_000);
      return exportId;
    },
    async close() {
      await recorder.close();
      await store.close();
      await rig.close();
      await remove();
    },
  };
}

export const COURT = { name: 'Superior Court', address: '12 Main Street' };
