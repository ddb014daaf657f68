/** What a server or client needs to use a provider of calls on this machine. */
export type AcsAccess = {
  readonly connectionString: string;
  readonly resourceId: string;
  readonly issuer: string;
  readonly jwksUrl: string;
};
