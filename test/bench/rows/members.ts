import { absolute, type Row } from '../row.ts';
import type { MembersWorker } from '../workers/members.ts';

const MEMBERS = 500_000;

/** What an import of members takes, new ones and the same once more. */
export const members: Row = {
  name: 'members',
  title: `import of ${MEMBERS.toLocaleString('en-US')} members from a CSV file: the most memory, and time`,
  async run(bench) {
    const writer = bench.start<MembersWorker>('members');
    const dataDir = await bench.tempDir();
    const path = await writer.call('writeFile', dataDir, MEMBERS);
    const done = [];
    for (const what of ['new', 'unchanged']) {
      bench.progress(`importing them: ${what}`);
      const importer = bench.start<MembersWorker>('members');
      const measured = await importer.call('importFile', path, dataDir);
      if (measured.imported !== MEMBERS) throw new Error(`${measured.imported} of ${MEMBERS} were imported`);
      done.push({ what, ...measured });
      await importer.stop();
    }
    return {
      measures: done.map(({ what, peakRssBytes }) =>
        absolute(what, 'MiB', peakRssBytes / 2 ** 20, { at: 'most', value: 300 }),
      ),
      notes: done.map(({ what, seconds }) => `${what}: ${seconds.toFixed(1)} s`),
    };
  },
};
