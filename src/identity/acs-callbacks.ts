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
export function createCallbackVerifier(options: CallbackVerifierOptions): CallbackVerifier {
  const checker = createTokenChecker({ ...options, issuers: [options.issuer], audiences: [options.audience] });
  return {
    async verify(token) {
      const checked = await checker.check(token);
      return 'refusal' in checked ? checked.refusal : 'ok';
    },
  };
}
