import type { Members } from '../../domain/member/members.ts';
import { memberStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { readStream } from './find-call.ts';

type Deps = { readonly log: Pick<CallEventLog, 'read'>; readonly members: Pick<Members, 'find'> };

/** Whether the log or the plan knows a member. @throws LogError, MembersError */
export async function isKnownMember({ log, members }: Deps, memberId: string): Promise<boolean> {
  const stream = await readStream(log, memberStream(memberId));
  return stream !== null || (await members.find(memberId)) !== null;
}
