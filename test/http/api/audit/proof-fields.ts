import type { Proofs } from '../../../../src/audit/api.ts';
import type { Exports } from '../../../../src/audit/export/exports.ts';
import { leafHash } from '../../../../src/tlog/hash.ts';
import { treeOver } from '../../../tlog/samples.ts';
import { within } from './evidence-fields.ts';
import { CHECKPOINT_STATUS, EXPORTED } from './samples.ts';

/** What is shown of a check of one call, of checkpoints, and of exports. */
export const CHECK = [
  ...['callSessionId', 'checkpoint.at', 'checkpoint.size', 'coveredTo', 'entries', 'findings[]', 'verdict', 'words[]'],
];
export const CHECKPOINT = [
  ...['everyMs', 'fork', 'newest.at', 'newest.size', 'treeSize', 'trouble', 'uncoveredMs'],
  ...within('witnesses', ['cosignedSize', 'name']),
];
export const EXPORT = [
  ...['actor', 'at', 'exportId', 'purpose', 'reason', 'recipient.name', 'scope.is', 'scope.memberId'],
  ...['at', 'bytes', 'calls', 'digest', 'entries', 'left', 'streams', 'withheld'].map((field) => `end.${field}`),
];

const { tree: TREE } = treeOver([leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))]);

export const PROOFS: Proofs = {
  newest: async () => 'a note\n',
  make: async () => 'a note\n',
  tree: () => TREE,
  leaf: async () => Buffer.from('a'),
  status: () => CHECKPOINT_STATUS,
  reopen: async () => ({ origin: 'plan.example/2', verifierKey: 'plan.example/2+id+key' }),
};

export const EXPORTS: Exports = {
  begin: async () => ({ exportId: 'e', firstLine: '{"note":"n"}\n' }),
  async parts() {
    return (async function* () {
      yield Buffer.from('a part\n');
    })();
  },
  find: async () => EXPORTED,
  again: async () => ({ exportId: 'e', firstLine: '{"note":"n"}\n' }),
  recent: async () => [EXPORTED],
};
