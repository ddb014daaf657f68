import type { Telephony } from '../app/ports.ts';
import type { AcsConfig } from '../config/acs.ts';
import type { Config } from '../config/config.ts';
import type { TopicConfig } from '../config/identity.ts';
import type { SqlConfig, StorageConfig } from '../config/stores.ts';
import type { Reading } from '../domain/call/provider.ts';
import type { Members } from '../domain/member/members.ts';
import type { Questionnaire } from '../domain/questionnaire/questionnaire.ts';

/**
 * How the checks come by what a server uses. A part is opened when its check runs, which closes it again; a failure to open
 * it is what that check finds, and the others find what they find.
 */
export type Openers = {
  now(): number;
  /** @param file null: the one that comes with the service */
  questionnaire(file: string | null): Promise<Pick<Questionnaire, 'id' | 'version'>>;
  /** Those that a server takes; none: there is no file of them. @throws when it cannot be used */
  apiKeys(config: Config): readonly unknown[];
  /** @throws when the file cannot be used */
  staffNames(file: string): ReadonlyMap<string, string>;
  /** How many keys the file in the data directory holds; 0: a server makes the first. @throws when it cannot be used */
  callbackKey(config: Config): number;
  /** Files and folders of ours that others may use, in words; null: there are none. */
  wideFiles(config: Config): string | null;
  /** Who this process is in Azure. */
  credential(): Promise<Credential>;
  tables(config: StorageConfig): Promise<TableRights>;
  sql(config: SqlConfig): Promise<Database>;
  queues(config: StorageConfig): Promise<Queues>;
  telephony(config: AcsConfig): Promise<Pick<Telephony, 'send' | 'close'>>;
  /** What a refusal of the telephony means. */
  readonly refusal: Reading['refusal'];
  topic(config: TopicConfig): Promise<Topic>;
  checkpoints(config: Config): Promise<CheckpointParts>;
};

/** What checkpoints are made with. */
export type CheckpointParts = {
  /** Why none are made, in words; null: they are. */
  readonly missing: string | null;
  /** Where they are kept, in words. */
  readonly place: string;
  /** Names of the keys; null: there is none yet. */
  readonly signsAs: string | null;
  /** Whether the place is there, or can be made. @throws when it cannot be used */
  probe(): Promise<void>;
  /** Whether a policy keeps what lies there; null: nobody says. Absent: it is a folder. */
  readonly isLocked?: () => Promise<boolean | null>;
  /** Whether one disk holds them and a log of real calls. */
  readonly sharesDisk: boolean;
};

export type Credential = { getToken(scope: string): Promise<unknown> };

/** What an identity may do to the tables of a log, found out by trying; what is in them stays as it is. */
export type TableRights = {
  /** The first table that cannot be read, and why: a status with its code, or the error. */
  unreadable(): Promise<{ readonly table: string; readonly why: unknown } | null>;
  add(): Promise<Tried>;
  change(): Promise<Tried>;
  remove(): Promise<Tried>;
  /** Adds a row to the table of places, and tries to change one that is not there. */
  places(): Promise<Tried & { readonly table: string }>;
  /** What time the storage said it was when it answered last; null: it has not answered. */
  date(): string | null;
};

/** What was said to something that an identity tried: an HTTP status. */
export type Tried = { readonly isAllowed: boolean; readonly status: number };

/** The database of the read models and members. */
export type Database = {
  check(): Promise<DatabaseFacts>;
  readonly members: Pick<Members, 'list'>;
  close(): Promise<void>;
};

export type DatabaseFacts = {
  readonly version: string;
  /** Migrations that it has not had. */
  readonly pending: readonly string[];
  readonly canWrite: boolean;
  readonly readCommittedSnapshot: boolean;
};

export type Queues = {
  check(): Promise<readonly { readonly queue: string; readonly problem: string | null }[]>;
  close(): Promise<void>;
};

/** Where ended calls are published. */
export type Topic = {
  /** Publishes nothing. @throws when it does not let us in */
  check(): Promise<void>;
};
