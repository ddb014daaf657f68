import type { Provider } from '../../domain/call/provider.ts';
import type { Entry } from '../../domain/entries.ts';
import type { CallEventLog } from '../../log/port.ts';
import {
  DISCLOSURE_NOTE,
  RECORD_DISCLOSURE,
  type RecordDisclosureBody,
  SUSPEND_ACCOUNTING,
  type SuspendAccountingBody,
} from '../disclosures/entries.ts';
import { notesIn } from '../noted.ts';
import type { HistoryItem } from './api.ts';
import { withoutNumbers } from './command-words.ts';
import { readStream } from './find-call.ts';
import { REQUEST, REQUEST_NOTE, REQUEST_WORDS, type RequestForMemberBody } from './request-entries.ts';
import { whoOf } from './who.ts';

type Deps = { readonly log: Pick<CallEventLog, 'read'>; readonly providers: readonly Provider[] };

/** What was done for a member, which the member's own stream has notes of. @param flaws are added to: notes of nothing */
export async function notedItems(
  { log, providers }: Deps,
  entries: readonly Entry[],
  flaws: string[],
): Promise<HistoryItem[]> {
  const items: HistoryItem[] = [];
  for (const note of notesIn(entries, [REQUEST_NOTE.type, DISCLOSURE_NOTE.type])) {
    const day = await readStream(log, note.stream);
    const entry = day?.entries.find(({ id }) => id === note.request);
    const told = entry && toldOf(entry);
    if (!entry || !told) {
      flaws.push(`request ${note.request} is not in stream ${note.stream}`);
      continue;
    }
    const { id, at, actor } = entry;
    items.push({ ...told, at, id, who: whoOf(actor, providers), callSessionIds: [], disposition: null });
  }
  return items;
}

function toldOf({ type, data }: Entry): Pick<HistoryItem, 'kind' | 'what'> | null {
  switch (type) {
    case REQUEST: {
      const { kind, reason }: RequestForMemberBody = JSON.parse(data);
      return { kind: 'request', what: `${REQUEST_WORDS[kind]}: "${withoutNumbers(reason)}"` };
    }
    case RECORD_DISCLOSURE: {
      const { recipient, what, on }: RecordDisclosureBody = JSON.parse(data);
      const words = `recorded a disclosure of ${on} to ${recipient.name}: "${what}"`;
      return { kind: 'disclosure', what: withoutNumbers(words) };
    }
    case SUSPEND_ACCOUNTING: {
      const { agency, until, oral }: SuspendAccountingBody = JSON.parse(data);
      const how = oral ? ', on its word alone' : '';
      const what = `suspended the accounting of disclosures to ${agency} until ${until}${how}`;
      return { kind: 'disclosure', what: withoutNumbers(what) };
    }
    default:
      return null;
  }
}
