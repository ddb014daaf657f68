import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  ContainerClient,
  ContainerSASPermissions,
  generateAccountSASQueryParameters,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { azurite } from './azurite.ts';

/** A blob container of a test's own. */
export type TestContainer = {
  /** With a signature that lets whoever has it read, list and create; nobody may write over or delete. */
  readonly url: string;
  /** With a signature of the account, which also shows what the container is. */
  readonly accountUrl: string;
  /** Everything, for the test. */
  readonly client: ContainerClient;
};

let containers = 0;

/** @param permissions of the signature: `r` read, `l` list, `c` create, `w` write over */
export async function checkpointContainer(permissions = 'rcl'): Promise<TestContainer> {
  const { blobsUrl, account, accountKey } = await azurite();
  containers += 1;
  const containerName = `checkpoints-${process.pid}-${containers}`;
  const credential = new StorageSharedKeyCredential(account, accountKey);
  const client = new ContainerClient(`${blobsUrl}/${containerName}`, credential);
  await client.create();
  const signature = generateBlobSASQueryParameters(
    {
      containerName,
      permissions: ContainerSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + 3_600_000),
      protocol: SASProtocol.HttpsAndHttp,
    },
    credential,
  );
  const ofAccount = generateAccountSASQueryParameters(
    {
      permissions: AccountSASPermissions.parse('rl'),
      resourceTypes: AccountSASResourceTypes.parse('co').toString(),
      services: AccountSASServices.parse('b').toString(),
      expiresOn: new Date(Date.now() + 3_600_000),
    },
    credential,
  );
  return { accountUrl: `${client.url}?${ofAccount}`, url: `${client.url}?${signature}`, client };
}
