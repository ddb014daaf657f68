/** Long enough for the instance that looks after a call to ring first when it is alive. */
export const TAKE_OVER_GRACE_MS = 5_000;
