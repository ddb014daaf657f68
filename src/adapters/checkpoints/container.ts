import type { TokenCredential } from '@azure/identity';
import { type BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { type CheckpointStore, OBJECT_BYTES_MAX } from '../../audit/checkpoints/ports.ts';
import { storageHttpClient } from '../../azure/http-client.ts';
import { isLoopbackHost } from '../../base/loopback.ts';
import { inTime } from '../../base/time-limit.ts';
import { storeUnavailable } from './error.ts';
import { assertName } from './name.ts';

/** A blob container: its address bears a signature of its own (SAS), or we prove who we are. */
export type ContainerAccess = { readonly url: string } | { readonly url: string; readonly credential: TokenCredential };

export type CheckpointContainer = CheckpointStore & {
  /**
   * Whether what is kept there cannot be removed by anybody until its time is over; null where the signature of the address does
   * not show it.
   * @throws CheckpointError
   */
  isImmutable(): Promise<boolean | null>;
};

export type ContainerOptions = {
  /** An answer that takes longer is none; default 20,000. */
  readonly timeLimitMs?: number;
  /** Names that are listed at once; default: as many as the service gives. */
  readonly pageSize?: number;
};

const TIME_LIMIT_MS = 20_000;
/** A page of a list names 5,000 blobs at most, each with a kilobyte of what the service knows of it. */
const LIST_BYTES_MAX = 16 * 1024 ** 2;
const CONTENT = { blobContentType: 'text/plain; charset=utf-8' };

/** There is one of this name; the third says so where it is locked, the last to whoever may create and not write over. */
const TAKEN: ReadonlySet<string> = new Set([
  'BlobAlreadyExists',
  'ConditionNotMet',
  'BlobImmutableDueToPolicy',
  'UnauthorizedBlobOverwrite',
]);
/** Who may create and not write over hears the same as who may neither. */
const NOT_ALLOWED = 'AuthorizationPermissionMismatch';

/**
 * A tree in a blob container; nothing is asked of it yet.
 * @throws CheckpointError CHECKPOINT_STORE_UNAVAILABLE for an address that can never work
 */
export function createCheckpointContainer(
  access: ContainerAccess,
  options: ContainerOptions = {},
): CheckpointContainer {
  const { timeLimitMs = TIME_LIMIT_MS, pageSize } = options;
  const client = clientOf(access);
  const place = placeOf(access.url);

  /** Not the SDK's own time limit, which a body that never ends does not reach; nor the signal alone, see `azure/`. */
  const ask = async <T>(send: (abortSignal: AbortSignal) => Promise<T>): Promise<Asked<T>> => {
    const controller = new AbortController();
    const sent = send(controller.signal).then((answer) => ({ answer, code: null }), failureOf);
    const asked = await inTime(sent, timeLimitMs);
    // What was begun and is of no use is not left open.
    if (asked === 'late' || asked.code !== null) controller.abort();
    if (asked !== 'late') return asked;
    return { code: '', what: 'it did not answer in time' };
  };

  const answerOf = <T>(asked: Asked<T>): T => {
    if (asked.code !== null) throw storeUnavailable(place, asked.what);
    return asked.answer;
  };

  const isThere = async (blob: BlockBlobClient): Promise<boolean> =>
    answerOf(await ask((abortSignal) => blob.exists({ abortSignal })));

  return {
    place,
    async create(name, bytes) {
      assertName(name);
      const blob = client.getBlockBlobClient(name);
      const settings = { conditions: { ifNoneMatch: '*' }, blobHTTPHeaders: CONTENT };
      const asked = await ask((abortSignal) => blob.upload(bytes, bytes.length, { abortSignal, ...settings }));
      if (asked.code === null) return true;
      if (TAKEN.has(asked.code) || (asked.code === NOT_ALLOWED && (await isThere(blob)))) return false;
      return answerOf(asked);
    },
    async read(name) {
      assertName(name);
      const blob = client.getBlobClient(name);
      const asked = await ask(async (abortSignal) => {
        const { readableStreamBody } = await blob.download(0, undefined, { abortSignal, maxRetryRequests: 0 });
        return beginningOf(readableStreamBody);
      });
      return asked.code === 'BlobNotFound' ? null : answerOf(asked);
    },
    async list(prefix) {
      const names: string[] = [];
      let continuationToken: string | undefined;
      do {
        const from = { ...(pageSize && { maxPageSize: pageSize }), ...(continuationToken && { continuationToken }) };
        const page = answerOf(await ask((abortSignal) => pageOf(client, { prefix, abortSignal }, from)));
        names.push(...page.names);
        continuationToken = page.continuationToken;
      } while (continuationToken);
      return names;
    },
    async isImmutable() {
      const asked = await ask((abortSignal) => client.getProperties({ abortSignal }));
      // A signature of one container lets nobody see what the container is (learn.microsoft.com, service SAS).
      if (asked.code === NOT_ALLOWED && !('credential' in access)) return null;
      return answerOf(asked).hasImmutabilityPolicy === true;
    },
  };
}

/** `code`: the service's own, empty where there was no answer. */
type Asked<T> = { readonly code: null; readonly answer: T } | { readonly code: string; readonly what: string };

async function pageOf(
  client: ContainerClient,
  which: { readonly prefix: string; readonly abortSignal: AbortSignal },
  from: { readonly maxPageSize?: number; readonly continuationToken?: string },
): Promise<{ readonly names: readonly string[]; readonly continuationToken: string | undefined }> {
  const pages = client.listBlobsFlat(which).byPage(from);
  for await (const page of pages) {
    const names = page.segment.blobItems.map(({ name }) => name);
    return { names, continuationToken: page.continuationToken || undefined };
  }
  return { names: [], continuationToken: undefined };
}

async function beginningOf(body: NodeJS.ReadableStream | undefined): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of (body ?? []) as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    // Leaving the loop ends the request.
    if (length > OBJECT_BYTES_MAX) break;
  }
  return Buffer.concat(parts);
}

const WORDS: Readonly<Record<string, string>> = {
  ContainerNotFound: 'there is no such container',
  [NOT_ALLOWED]: 'this identity may not use it',
  AuthorizationFailure: 'its network or its signature lets nobody in',
  AuthenticationFailed: 'its signature, or our token, is not valid',
};

/** Without what the SDK has to say: that names requests, and the address with its signature. */
function failureOf(error: unknown): { readonly code: string; readonly what: string } {
  const { statusCode, code, name } = error as Readonly<Record<'statusCode' | 'code' | 'name', unknown>>;
  if (typeof statusCode !== 'number') return { code: '', what: String(code ?? name ?? 'no answer') };
  const said = typeof code === 'string' ? code : '';
  return { code: said, what: WORDS[said] ?? `it answered ${statusCode} ${said}`.trim() };
}

function clientOf(access: ContainerAccess): ContainerClient {
  // Whoever keeps a checkpoint tries again in its own time; what the SDK repeats after a lost answer would look taken.
  const httpClient = storageHttpClient({ answerBytesMax: LIST_BYTES_MAX });
  const settings = { retryOptions: { maxTries: 1 }, httpClient };
  const url = URL.canParse(access.url) ? new URL(access.url) : null;
  const isSecure = url?.protocol === 'https:';
  if (!url || !(isSecure || isLoopbackHost(url.hostname)) || url.pathname.length < 2) throw badAddress();
  if (!('credential' in access)) return new ContainerClient(access.url, undefined, settings);
  if (!isSecure) throw badAddress();
  return new ContainerClient(access.url, access.credential, settings);
}

function badAddress() {
  return storeUnavailable('the checkpoint container', 'its address is none; tokens and signatures go over https alone');
}

/** Without the signature that its query may hold. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `the checkpoint container ${origin}${pathname}`;
}
