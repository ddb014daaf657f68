import { KeyObject } from 'node:crypto';
import { createLocalJWKSet, errors, type JWTHeaderParameters } from 'jose';
import type { Clock } from '../base/clock.ts';
import { CodedError, errorCode } from '../base/coded-error.ts';
import { ask, textWithin } from '../net/ask.ts';

/** Nobody can tell now whether a token is good: it must be asked again. */
export class KeysError extends CodedError<'KEYS_UNAVAILABLE'> {
  override readonly name = 'KeysError';
}

/** Whoever needs an issuer's published keys. */
export type Keyed = {
  /** Why the keys could not be had at the last try, in words; null: they could. Has them fetched when that is due. */
  trouble(): string | null;
};

/** The key that a token's header names. @throws KeysError; an error of jose when there is no such key */
type FindKey = (header: JWTHeaderParameters) => Promise<KeyObject>;

/** An issuer's published keys, fetched, kept and renewed. */
export type KeySet = Keyed & { readonly find: FindKey };

export type KeySetOptions = {
  readonly jwksUrl: string;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** How long an unknown key id does not cause another fetch; default 30,000. */
  readonly refetchCooldownMs?: number;
};

const COOLDOWN_MS = 30_000;
/** Without any keys nobody gets in: then they are tried for sooner. */
const EMPTY_HANDED_MS = 2_000;
const REFRESH_MS = 10 * 60_000;
const FETCH_TIMEOUT_MS = 3_000;
/** Entra ID's, the largest that we know of, has some 20 kB. */
const SET_BYTES_MAX = 1024 ** 2;
const BITS_MIN = 2_048;

// Keys are refreshed in the background long before this; it bounds for how long keys are believed whose publisher
// cannot be reached. A day of callbacks is worth more than a fast end of a withdrawn key.
const BELIEVED_MS = 24 * 60 * 60_000;

/**
 * Not jose's own remote set: it holds the line for an unknown key by the wall clock, fetches again for each token while the
 * publisher is down, and does not say which unknown key it has not looked for.
 */
export function createKeySet({ jwksUrl, clock, refetchCooldownMs = COOLDOWN_MS }: KeySetOptions): KeySet {
  let keys: FindKey | null = null;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let restUntilMs = Number.NEGATIVE_INFINITY;
  let failure: string | null = null;
  let underWay: Promise<void> | null = null;

  const believed = (): FindKey | null => (clock.monotonicMs() - fetchedAtMs < BELIEVED_MS ? keys : null);
  const rests = (): boolean => clock.monotonicMs() < restUntilMs;
  const restFor = (ms: number): void => {
    restUntilMs = clock.monotonicMs() + Math.min(ms, refetchCooldownMs);
  };

  /** One at a time, whoever asks. Never rejects. */
  const renew = (): Promise<void> => {
    underWay ??= fetchKeys(jwksUrl)
      .then(
        (fetched) => {
          keys = fetched;
          fetchedAtMs = clock.monotonicMs();
          failure = null;
          restFor(refetchCooldownMs);
        },
        (error: unknown) => {
          failure = wordsOf(error);
          restFor(believed() ? refetchCooldownMs : EMPTY_HANDED_MS);
        },
      )
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };

  const renewWhenDue = (): void => {
    if (clock.monotonicMs() - fetchedAtMs < REFRESH_MS || underWay || rests()) return;
    void renew();
  };

  /** Waits for keys that are fetched after this moment; those of before, or none, while it is too early for that. */
  const newer = async (): Promise<FindKey> => {
    if (!underWay && rests()) throw unavailable(failure ?? 'they were fetched just now');
    await renew();
    const found = believed();
    if (!found || failure !== null) throw unavailable(failure ?? 'there are none');
    return found;
  };

  return {
    async find(header) {
      const known = believed();
      if (!known) return (await newer())(header);
      renewWhenDue();
      try {
        return await known(header);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      }
      return (await newer())(header);
    },
    trouble() {
      renewWhenDue();
      return failure;
    },
  };
}

async function fetchKeys(jwksUrl: string): Promise<FindKey> {
  const headers = { accept: 'application/json, application/jwk-set+json' };
  const response = await ask(jwksUrl, { headers, signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw unavailable(`it answers ${response.status}`);
  }
  const set = JSON.parse(await textWithin(response, SET_BYTES_MAX));
  // A set without keys would turn everybody away, and is what a publisher in trouble may have to say.
  if (!(set?.keys?.length > 0)) throw unavailable('it publishes no keys');
  return keysOf(createLocalJWKSet(set));
}

/** The web's keys as Node's own, which can check a signature at once. What a name stands for is looked for once. */
function keysOf(find: ReturnType<typeof createLocalJWKSet>): FindKey {
  const known = new Map<string, KeyObject>();
  return async (header) => {
    const again = header.kid === undefined ? undefined : known.get(header.kid);
    if (again) return again;
    const key = KeyObject.from(await find(header));
    // RFC 7518, 3.3.
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < BITS_MIN)
      throw unavailable('it publishes a key that is too short');
    if (header.kid !== undefined) known.set(header.kid, key);
    return key;
  };
}

function unavailable(why: string): KeysError {
  return new KeysError('KEYS_UNAVAILABLE', why);
}

/** Never what was sent, nor a proxy's address. */
function wordsOf(error: unknown): string {
  if (error instanceof KeysError) return error.message;
  if (error instanceof SyntaxError || error instanceof errors.JOSEError) return 'what it publishes is no set of keys';
  const { name, cause } = error as { readonly name?: string; readonly cause?: unknown };
  if (name === 'TimeoutError') return 'no answer in time';
  if (name === 'AnswerError') return 'what it publishes is too large to be a set of keys';
  const code = errorCode(cause ?? error);
  return code === 'BUG' ? 'it cannot be reached' : `it cannot be reached (${code})`;
}
