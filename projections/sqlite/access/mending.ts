import type { AccessStore } from '../../access.ts';
import type { ReadStoreError } from '../../ports.ts';
import { setAside } from '../aside.ts';
import { isCorrupt } from '../errors.ts';
import type { MendingOptions } from '../place.ts';
import { openSqliteAccessStore } from './store.ts';

/** Who looked, in a file that a new one takes the place of where it is damaged. */
export type MendingAccessStore = AccessStore & {
  /** Hears that a file was begun which lacks what the log has. Must not throw. */
  onToFill(listener: () => void): void;
};

/**
 * The rows of who looked, for whoever fills them from the log. The file is opened when it is first asked for; a damaged one
 * is set aside whenever the damage shows, and the next question begins a new one. What was asked fails.
 */
export function openMendingAccessStore(path: string, { now, onReplaced }: MendingOptions): MendingAccessStore {
  let current: AccessStore | null = null;
  let listeners: (() => void)[] = [];

  const replace = (error: ReadStoreError): void => {
    void current?.close();
    current = null;
    const keptAs = setAside(path, now());
    onReplaced?.({ code: error.code, reason: error.message, keptAs, ledger: 0, ledgerLostBefore: '' });
    for (const listener of listeners) listener();
  };

  const use = async <Result>(work: (store: AccessStore) => Promise<Result>): Promise<Result> => {
    try {
      current ??= openSqliteAccessStore(path);
      return await work(current);
    } catch (error) {
      if (isCorrupt(error)) replace(error);
      throw error;
    }
  };

  return {
    write: (batch) => use((store) => store.write(batch)),
    versions: (streams) => use((store) => store.versions(streams)),
    list: (page) => use((store) => store.list(page)),
    streams: () => use((store) => store.streams()),
    ofStream: (stream) => use((store) => store.ofStream(stream)),
    replace: (records) => use((store) => store.replace(records)),
    caughtUpTo: () => use((store) => store.caughtUpTo()),
    markCaughtUp: (at) => use((store) => store.markCaughtUp(at)),
    onToFill(listener) {
      listeners = [...listeners, listener];
    },
    async close() {
      await current?.close();
    },
  };
}
