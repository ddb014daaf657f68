import type { Keyed } from './key-set.ts';
import { createTokenChecker, type TokenCheckerOptions, type TokenRefusal } from './token-checker.ts';

export type TokenVerdict = 'ok' | TokenRefusal;

/** Tells whether a bearer token was issued by ACS for us. */
export type CallbackVerifier = { verify(token: string): Promise<TokenVerdict> };

export type CallbackVerifierOptions = Omit<TokenCheckerOptions, 'issuers' | 'audiences'> & {
  readonly issuer: string;
  /** The immutable resource id of our ACS resource. */
  readonly audience: string;
};

/** Checks the tokens that ACS signs its callbacks with. */
export function createCallbackVerifier(options: CallbackVerifierOptions): CallbackVerifier & Keyed {
  const checker = createTokenChecker({ ...options, issuers: [options.issuer], audiences: [options.audience] });
  return {
    trouble: checker.trouble,
    async verify(token) {
      const checked = await checker.check(token);
      return 'refusal' in checked ? checked.refusal : 'ok';
    },
  };
}
