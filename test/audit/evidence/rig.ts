import { createQuestionnaires } from '../../../src/app/recording/questionnaires.ts';
import type { Evidence, Evidences } from '../../../src/audit/evidence/api.ts';
import { createEvidence, type EvidenceDeps } from '../../../src/audit/evidence/evidence.ts';
import { operationStream } from '../../../src/domain/streams.ts';
import { loadQuestionnaire } from '../../../src/questionnaires/load.ts';
import { newEntry } from '../../log/samples.ts';
import { type DisclosuresRig, startDisclosuresRig } from '../disclosures/rig.ts';
import { append } from '../replay/rig.ts';

/** A log with whatever a test puts into it, and what gathers evidence from it. */
export type EvidenceRig = DisclosuresRig & {
  readonly evidence: Evidences;
  /** The same with some parts exchanged. */
  gatherer(parts?: Partial<EvidenceDeps>): Evidences;
  /** What is gathered of a period, which must be one. */
  gathered(asked?: { from?: string; to?: string }): Promise<Evidence>;
  /** Puts what a server says of itself into the log, at a time. */
  says(at: string, type: string, body: object): Promise<void>;
  /** Publishes the default script as another version. */
  publish(at: string, version: number): Promise<string>;
};

export async function startEvidenceRig(): Promise<EvidenceRig> {
  const rig = await startDisclosuresRig();
  const { log, readStore } = rig.stores;
  const questionnaires = createQuestionnaires(log);
  const script = await loadQuestionnaire();
  let ids = 0;
  const gatherer: EvidenceRig['gatherer'] = (parts = {}) =>
    createEvidence({
      log,
      readStore,
      looks: rig.looks,
      clock: rig.clock,
      ids: { uuid: () => `00000000-0000-4000-a000-${String(++ids).padStart(12, '0')}` },
      lastVerification: () => null,
      checkpoint: async () => null,
      ...parts,
    });
  const evidence = gatherer();
  return {
    ...rig,
    evidence,
    gatherer,
    async gathered(asked = {}) {
      const found = await evidence.gather(asked);
      if (typeof found === 'string') throw new Error(found);
      return found;
    },
    async says(at, type, body) {
      const entry = newEntry(`${type}/${at}/${++ids}`, { kind: 'command', type, at, actor: 'server' });
      await append(log, operationStream(at), [{ ...entry, data: JSON.stringify(body) }]);
    },
    async publish(at, version) {
      return (await questionnaires.publish({ ...script, version }, new Date(at))).hash;
    },
  };
}
