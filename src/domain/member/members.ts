export type Member = {
  readonly memberId: string;
  /** E.164. */
  readonly phoneNumber: string;
  readonly name?: string;
  /** IANA name. */
  readonly timeZone?: string;
};

/** The plan's members: an existing table on Azure, a file of its own when embedded, never derived from the log. */
export type Members = {
  find(memberId: string): Promise<Member | null>;
  /** Inserts or replaces all or none. */
  save(members: readonly Member[]): Promise<void>;
  list(page: { readonly after?: string; readonly limit: number }): Promise<readonly Member[]>;
  /** What is wrong with the store, in words for operators; absent: its errors say all. */
  problems?(): readonly string[];
  close(): Promise<void>;
};
