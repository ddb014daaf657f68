import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createMemoryPlaces } from '../adapters/places/memory.ts';
import type { StorageQueues } from '../adapters/queues/storage-queues.ts';
import { startTelemetry, type Telemetry } from '../adapters/telemetry/telemetry.ts';
import { createAcsTelephony } from '../adapters/telephony/acs.ts';
import type { TopicPublisher } from '../adapters/topic/publisher.ts';
import type { Journal, PlaceStore, Telephony } from '../app/ports.ts';
import { azureCredential, withIdentity } from '../azure/credential.ts';
import type { Clock } from '../base/clock.ts';
import type { AcsConfig } from '../config/acs.ts';
import type { Config } from '../config/config.ts';
import type { EntraConfig, TopicConfig } from '../config/identity.ts';
import type { StorageConfig } from '../config/stores.ts';
import { readEntries } from '../domain/call/stream.ts';
import type { EventGridConfig } from '../http/config.ts';
import { createEntraVerifier } from '../identity/entra-staff.ts';
import { createEventGridVerifier } from '../identity/event-grid.ts';
import type { ApiKey, StaffConfig } from '../identity/staff.ts';
import type { CallEventLog } from '../log/port.ts';
import { PROVIDERS } from './providers.ts';
import { VERSION } from './version.ts';
import type { WatchedFile } from './watched-file.ts';

/** The parts of a server that the settings decide on. Drivers of Azure are loaded only where they are used. */

export async function openTelephony({ access, cognitiveServicesEndpoint }: AcsConfig): Promise<Telephony> {
  const allowInsecureConnection = 'connectionString' in access && /endpoint=http:/i.test(access.connectionString);
  return createAcsTelephony({ ...(await withIdentity(access)), cognitiveServicesEndpoint, allowInsecureConnection });
}

/** @throws QueueError QUEUE_BAD_ADDRESS */
export async function openQueues(queue: StorageConfig): Promise<StorageQueues> {
  const { createStorageQueues } = await import('../adapters/queues/storage-queues.ts');
  return createStorageQueues(await withIdentity(queue.access), {
    prefix: queue.prefix,
    // The managed identity may use the queues and not make any.
    createQueues: 'connectionString' in queue.access,
  });
}

/** Where places are counted: whoever shares a log shares them. @throws CodedError PLACES_BAD_ADDRESS */
export async function openPlaces(
  { tables }: Pick<Config, 'tables'>,
  clock: Clock,
): Promise<PlaceStore & { close(): Promise<void> }> {
  if (!tables) return { ...createMemoryPlaces(clock), close: async () => {} };
  const { openTablesPlaces } = await import('../adapters/places/tables.ts');
  const { access, prefix } = tables;
  const createTables = 'connectionString' in access;
  const places = openTablesPlaces(await withIdentity(access), { prefix, createTables, clock });
  return { ...places, close: async () => places.close() };
}

/** @throws NoticeError NOTICE_BAD_ENDPOINT */
export async function openPublisher({ endpoint, key }: TopicConfig): Promise<TopicPublisher> {
  const { createTopicPublisher } = await import('../adapters/topic/publisher.ts');
  if (key !== null) return createTopicPublisher({ endpoint, key });
  return createTopicPublisher({ endpoint, credential: await azureCredential() });
}

/** @throws TelemetryConfigError */
export function openTelemetry(
  { applicationInsights }: Pick<Config, 'applicationInsights'>,
  log: CallEventLog,
  clock: Clock,
  journal: Journal,
): Promise<Telemetry> {
  return startTelemetry({
    azureMonitor: applicationInsights ?? undefined,
    service: {
      name: 'callistra',
      version: VERSION,
      instanceId: `${hostname()}-${randomUUID().slice(0, 8)}`,
    },
    history: async (callSessionId) => readEntries(PROVIDERS, await log.read(callSessionId)),
    clock,
    journal,
  });
}

/** @param apiKeys null: there is no file of them */
export function staffOf(
  { entra }: Pick<Config, 'entra'>,
  apiKeys: WatchedFile<readonly ApiKey[]> | null,
  clock: Clock,
): StaffConfig {
  const verifier = entra && createEntraVerifier(keySet(entra, clock));
  if (!verifier && !apiKeys) return { mode: 'loopback' };
  return {
    ...(verifier ? { mode: 'entra', verifier } : { mode: 'api-keys' }),
    get keys() {
      return apiKeys?.value() ?? [];
    },
  };
}

export function eventGridOf({ eventGrid }: Pick<Config, 'eventGrid'>, clock: Clock): EventGridConfig | null {
  if (!eventGrid) return null;
  const { subscriptions, auth } = eventGrid;
  if (auth.mode === 'secret') {
    const sha256 = createHash('sha256').update(auth.secret).digest('hex');
    return { subscriptions, auth: { mode: 'secret', sha256, inUrl: auth.inUrl ?? false } };
  }
  return { subscriptions, auth: { mode: 'entra', verifier: createEventGridVerifier(keySet(auth.entra, clock)) } };
}

function keySet({ issuers, audiences, jwksUri }: EntraConfig, clock: Clock) {
  return { issuers, audiences, jwksUrl: jwksUri, clock };
}
