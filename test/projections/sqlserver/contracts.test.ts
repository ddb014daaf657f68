import { accessContract } from '../access-contract.ts';
import { countsContract } from '../counts-contract.ts';
import { membersContract } from '../members-contract.ts';
import { noticeLedgerContract } from '../notice-ledger-contract.ts';
import { EVERY_KIND_OF_CHARACTER, readStoreContract } from '../read-store-contract.ts';
import { rebuildContract } from '../rebuild-contract.ts';
import { versionsContract } from '../versions-contract.ts';
import { connectionString, skipSqlServer, testDatabase } from './rig.ts';

/** As a server has it, and with members that come from who imports them: each login may do its own part only. */
async function open() {
  const { make, openAs, cleanup } = testDatabase();
  await make();
  const server = openAs('server');
  const { save } = openAs('members').members;
  return { store: server.readStore, members: { ...server.members, save }, access: server.access, cleanup };
}

async function isBabelfish(): Promise<boolean> {
  const { open, cleanup } = testDatabase();
  const { version } = await open().check();
  await cleanup();
  return version.startsWith('Babelfish');
}

if (connectionString === '') skipSqlServer('SQL Server contracts');
else {
  // Its OPENJSON gives a text as it stands in the JSON, with the escapes of quotation marks, backslashes and control
  // characters (BABEL_4_3). Only SQL Server can show these.
  const text = (await isBabelfish())
    ? EVERY_KIND_OF_CHARACTER.replaceAll(/["\\\p{Cc}]/gu, '')
    : EVERY_KIND_OF_CHARACTER;
  readStoreContract('SQL Server', open, text);
  versionsContract('SQL Server', open);
  countsContract('SQL Server', open);
  rebuildContract('SQL Server', open);
  noticeLedgerContract('SQL Server', open);
  membersContract('SQL Server', open);
  accessContract(
    'SQL Server',
    async () => {
      const { cleanup, access } = await open();
      return { store: access, cleanup };
    },
    text,
  );
}
