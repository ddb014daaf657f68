/**
 * Access key of a simulator that was given none. It is public, guards nothing, and is the same everywhere so that
 * examples work as written: base64 of a sentence that says so.
 */
export const DEVELOPMENT_ACCESS_KEY = Buffer.from('callistra simulator: development key, not a secret').toString(
  'base64',
);

/** Immutable resource id of a simulator that was given none; the audience of its callback tokens. */
export const DEVELOPMENT_RESOURCE_ID = '00000000-5133-4a7c-9000-ca1115717a00';

/** The caller that a server is told to be when it uses a simulator: of the numbers that are reserved for fiction. */
export const DEVELOPMENT_CALLER_ID = '+15550100000';

/** Where a simulator listens unless told otherwise. */
export const DEFAULT_HOST = '127.0.0.1';

/** Calls that one line may have open at once; the service's own default for a number, until support raises it. Of Teams none is documented. */
export const DEFAULT_CALLS_PER_CALLER_ID = 2;

/** Ended calls that are kept for reading. */
export const ENDED_CALLS_KEPT = 10_000;

/** Transcript lines kept of one call. */
export const TRANSCRIPT_LINES_MAX = 200;

/** Longest time from createCall to an answer on the public telephone network. */
export const SET_UP_LIMIT_MS = 115_000;

/** Longest time a call may last. */
export const CALL_LIMIT_MS = 30 * 60 * 60 * 1000;

/** Time from an accepted hang-up to CallDisconnected. */
export const HANG_UP_MS = 300;

/** How long fetched audio is remembered under its playSourceCacheId. */
export const AUDIO_CACHE_MS = 60 * 60 * 1000;

/** How far the date of a signed request may be off; not documented for this service, borrowed from a sister with the same scheme. */
export const SIGNATURE_WINDOW_MS = 15 * 60 * 1000;

/** Lifetime of a callback token. */
export const TOKEN_LIFETIME_S = 300;

/** How long a rotated-out signing key stays in the key set: longer than any token it signed. */
export const RETIRED_KEY_KEPT_MS = 2 * TOKEN_LIFETIME_S * 1000;
