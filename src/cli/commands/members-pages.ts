import { type CommandLook, openCommandAudit } from '../../composition/command-audit.ts';
import { openMembers, type StoreConfig } from '../../composition/stores.ts';
import type { Member } from '../../domain/member/members.ts';

const PAGE = 1_000;

type Pages = {
  readonly stores: StoreConfig;
  readonly whatFor: Pick<CommandLook, 'purpose' | 'reason'>;
  /** What the ids begin with. */
  readonly search?: string;
  /** Told at the end what of the store is damaged. */
  readonly onTrouble?: (problems: readonly string[]) => void;
};

/**
 * All members of the stores on this machine, page by page; each page is recorded as a look before it is handed out.
 * @throws LogError LOG_IN_USE: a server has the log, and is to be asked instead
 */
export async function* pagesHere(
  { stores, whatFor, search, onTrouble }: Pages,
  action: 'members-list' | 'members-export',
): AsyncGenerator<readonly Member[]> {
  const audit = await openCommandAudit(stores);
  try {
    const store = await openMembers(stores);
    try {
      for (let after: string | undefined; ; ) {
        const page = await store.list({
          limit: PAGE,
          ...(after !== undefined && { after }),
          ...(search !== undefined && { search }),
        });
        const members = page.map(({ memberId }) => memberId);
        if (page.length > 0 || after === undefined) await audit.look({ action, calls: [], members, ...whatFor });
        yield page;
        after = members.at(-1);
        if (page.length < PAGE) break;
      }
      onTrouble?.(store.problems?.() ?? []);
    } finally {
      await store.close();
    }
  } finally {
    await audit.close();
  }
}
