/** What one entry of an access stream says. A function of that entry alone, so a rebuild gives the same, to the letter. */
export type AccessRecord = {
  /** `{at}-{version}-{12 digits of the entry's hash}`: sorts by time, the same in every rebuild. */
  readonly recordId: string;
  readonly stream: string;
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `<role>:<name>`. */
  readonly actor: string;
  /** The actor without the role under which they came. */
  readonly name: string;
  /** `person`, `app`, `api-key`, `loopback`, `os-user`; `unknown` where the entry does not say. */
  readonly kind: string;
  readonly roles: readonly string[];
  /** What was looked at; `refused` for requests that were turned away. */
  readonly action: string;
  readonly purpose: string | null;
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly address: string | null;
  readonly calls: readonly string[];
  readonly members: readonly string[];
  /** The names of the fields that were searched by. */
  readonly fields: readonly string[];
  /** For how long the same look needed no further entry; null: each has its own. */
  readonly coversMs: number | null;
  /** How many requests were turned away; null for a look. */
  readonly refused: number | null;
};

/** The records of a stream from one version to another; an entry that says nothing of a look has none. */
export type AccessRecords = {
  readonly stream: string;
  /** Up to this version of the stream nothing is missing. */
  readonly version: number;
  readonly records: readonly AccessRecord[];
};

export type AccessFilter = {
  readonly member?: string;
  readonly call?: string;
  /** With the role before it (`compliance:anna`), or without. */
  readonly actor?: string;
  /** Only looks of whoever has the role Compliance. */
  readonly byCompliance?: true;
  /** At or after / before, ISO 8601 UTC. */
  readonly from?: string;
  readonly to?: string;
};

/** Newest first. `before` is the recordId of the last one of the page before. */
export type AccessPage = { readonly filter: AccessFilter; readonly before?: string; readonly limit: number };

/**
 * Who has looked at members' data, from the access streams alone. Every adapter passes
 * `test/projections/access-contract.ts`.
 */
export type AccessStore = {
  /** Adds what is not there yet, all or none. */
  write(batch: readonly AccessRecords[]): Promise<void>;
  /** Up to which version each of these streams is there; those that are not there are left out. */
  versions(streams: readonly string[]): Promise<ReadonlyMap<string, number>>;
  list(page: AccessPage): Promise<readonly AccessRecord[]>;
  /** The names of all streams that have something here. */
  streams(): Promise<readonly string[]>;
  /** The records of one stream, by version. */
  ofStream(stream: string): Promise<readonly AccessRecord[]>;
  /** Puts these in the place of all that is there of the stream. */
  replace(records: AccessRecords): Promise<void>;
  /** Up to when all streams have been read (ISO 8601 UTC); null: never. */
  caughtUpTo(): Promise<string | null>;
  /** Notes it; it does not go back. */
  markCaughtUp(at: string): Promise<void>;
  close(): Promise<void>;
};

/** What an access record is found by, beside its id. */
export function subjectsOf({ calls, members }: AccessRecord): string[] {
  return [...new Set([...calls.map(callSubject), ...members.map(memberSubject)])];
}

export function callSubject(id: string): string {
  return `call:${id}`;
}

export function memberSubject(id: string): string {
  return `member:${id}`;
}

/** Whether somebody with the role Compliance has looked: another role reviews that. */
export function isOfCompliance({ actor, roles }: Pick<AccessRecord, 'actor' | 'roles'>): boolean {
  return roles.includes('Compliance') || actor.startsWith('compliance:');
}

/** The name behind a role: of `compliance:anna` it is `anna`. */
export function nameOfActor(actor: string): string {
  return actor.slice(actor.indexOf(':') + 1);
}
