import type { Questionnaire } from './questionnaire.ts';

/** A script as it was published, by the SHA-256 (hex) of its content. */
export type PublishedScript = {
  readonly hash: string;
  /** When its content stood in the log first, ISO 8601 UTC. */
  readonly publishedAt: string;
  /** Whether this instance begins calls with it. */
  readonly isInForce: boolean;
  readonly questionnaire: Questionnaire;
};

/** Newest first. `isWhole`: false while the log is still looked through for older ones. */
export type PublishedScripts = { readonly scripts: readonly PublishedScript[]; readonly isWhole: boolean };
