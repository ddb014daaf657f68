import type { Members } from '../domain/member/members.ts';
import type { FileBytes } from './csv.ts';
import { type ImportOptions, importMembersCsv, type MembersImport } from './import.ts';
import { countryOf } from './phone.ts';

export type DeskImport = Pick<ImportOptions, 'skipBad' | 'preview'> & {
  /** Two letters. */
  readonly country?: string;
};

/** Where people who may change the members are served. */
export type MemberDesk = {
  /** Why members cannot be changed here, in words; null: they can. */
  readonly readOnly: string | null;
  /** False when there was no such member. @throws ReadStoreError */
  remove(memberId: string): Promise<boolean>;
  /**
   * @param beforeSaving awaited once it is known that there is something to save; if it throws, nothing is saved
   * @throws ReadStoreError
   */
  importCsv(
    bytes: FileBytes,
    options: DeskImport,
    beforeSaving: () => Promise<void>,
  ): Promise<MembersImport | 'unknown-country'>;
};

/** @param breathe gives others their turn while a file is read */
export function createMemberDesk(members: Members, breathe: () => Promise<unknown>): MemberDesk {
  return {
    get readOnly() {
      return members.readOnly ?? null;
    },
    remove: (memberId) => members.remove(memberId),
    async importCsv(bytes, { country, ...options }, beforeSaving) {
      const known = country === undefined ? undefined : countryOf(country);
      if (known === null) return 'unknown-country';
      const open = async () => {
        await beforeSaving();
        // The server closes it.
        return { save: members.save, close: async () => undefined };
      };
      const { compare } = members;
      return importMembersCsv(bytes, open, { ...options, ...(known && { country: known }), compare, breathe });
    },
  };
}
