import type { Look } from '../../audit/access/look.ts';
import type { Disclosures } from '../../audit/disclosures/api.ts';
import type { Replays } from '../../audit/replay/api.ts';
import { readAsOf } from '../../audit/replay/as-of.ts';
import { filterOf } from '../../audit/replay/asked.ts';
import { lookAtHistory, lookAtReplay, lookAtSearch } from '../../audit/replay/looked-at.ts';
import { decodePlace, encodePlace } from '../../audit/replay/place.ts';
import { ApiError } from '../api-client.ts';
import type { PageAsked, Trail } from './trail.ts';

type Here = {
  readonly replays: Replays;
  readonly disclosures: Disclosures;
  /** Records a look of whoever is logged in here; to be awaited before anything is shown. @throws LogError */
  readonly look: (shown: Pick<Look, 'action' | 'calls' | 'members' | 'fields'>) => Promise<void>;
  /** Who that is, as the log names them. */
  readonly actor: string;
};

const NO_CALL = new ApiError(404, 'CALL_NOT_FOUND', 'There is no such call');
const NO_MEMBER = new ApiError(404, 'MEMBER_NOT_FOUND', 'There is no such member');

/** The trail of the stores on this machine, where no server runs. It asks, refuses and records as a server does. */
export function trailHere({ replays, disclosures, look, actor }: Here): Trail {
  return {
    async replay(id, { asOf: text, raw }) {
      const asOf = text === undefined ? null : readAsOf(text);
      if (text !== undefined && asOf === null) throw refusal('asOf takes a version, or an ISO 8601 time with its zone');
      const found = await replays.call(id, asOf);
      if (!found) throw NO_CALL;
      await look(lookAtReplay(found, raw));
      const { entries, ...told } = found;
      return { ...told, asOf: text ?? null, ...(raw && { raw: entries }) };
    },
    async history(memberId, page) {
      const after = page.cursor === undefined ? null : decodePlace(page.cursor);
      if (page.cursor !== undefined && after === null) throw refusal('the cursor is not one of ours');
      const found = await replays.history(memberId, { after, limit: limitOf(page) });
      if (!found) throw NO_MEMBER;
      await look(lookAtHistory(memberId, found));
      return { items: found.items, flaws: found.flaws, nextCursor: found.next && encodePlace(found.next) };
    },
    async search(asked, page) {
      const filter = filterOf(asked);
      if (typeof filter === 'string') throw refusal(filter);
      const { cursor: after } = page;
      const { next, ...found } = await replays.search(filter, {
        limit: limitOf(page),
        ...(after !== undefined && { after }),
      });
      await look(lookAtSearch({ ...found, next }, asked));
      return { ...found, nextCursor: next };
    },
    async request(asked) {
      const recorded = await replays.request({ ...asked, actor });
      if (!recorded) throw NO_MEMBER;
      return recorded;
    },
    async accounting(memberId, period) {
      const found = answered(await disclosures.accounting(memberId, period));
      const fields = Object.entries(period).flatMap(([name, value]) => (value === undefined ? [] : [name]));
      await look({ action: 'disclosures', calls: [], members: [memberId], fields });
      return found;
    },
    disclose: async (asked) => answered(await disclosures.record({ ...asked, actor })),
    suspend: async (asked) => answered(await disclosures.suspend({ ...asked, actor })),
  };
}

/** What is no refusal, in words or because nobody knows the member. @throws ApiError */
function answered<Found extends object>(found: Found | string | null): Found {
  if (found === null) throw NO_MEMBER;
  if (typeof found === 'string') throw refusal(found);
  return found;
}

function limitOf({ limit = '50' }: PageAsked): number {
  if (/^(?:[1-9][0-9]?|1[0-9][0-9]|200)$/.test(limit)) return Number(limit);
  throw refusal('limit takes a number from 1 to 200');
}

function refusal(words: string): ApiError {
  return new ApiError(400, 'BAD_REQUEST', words);
}
