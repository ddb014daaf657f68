/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallStanding } from '../../app/api.ts';
import type { Replay } from '../../audit/replay/api.ts';
import type { CallCheck } from '../../audit/verify/one-call.ts';
import type { Member } from '../../domain/member/members.ts';
import { Answers } from '../parts/answers.tsx';
import { stoodAfter } from '../parts/as-of.ts';
import { Badge } from '../parts/audit/badge.tsx';
import { CallNow } from '../parts/call-now.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';
import { MemberTime } from '../parts/member-time.tsx';
import { Problems } from '../parts/problems.tsx';
import { Story } from '../parts/story.tsx';
import { Outcome, outcomeSentence } from '../parts/tone.tsx';

type CallProps = {
  readonly visit: Visit;
  readonly call: CallStanding;
  readonly replay: Replay;
  /** So many entries are told, and how the call stood then; null: all of them. */
  readonly asOf: number | null;
  /** Whether it is as it was recorded; null for who is not told. */
  readonly check: CallCheck | null;
  /** Null: removed meanwhile, or not to be read now. */
  readonly member: Pick<Member, 'memberId' | 'timeZone'> | null;
  /** Made with the page: sent twice, it calls once. */
  readonly key: string;
};

export function Call({ visit, call, replay, asOf, check, member, key }: CallProps): VNode {
  const { session } = call;
  const isNow = asOf === null;
  const isCoordinator = visit.role === 'Coordinator' && isNow;
  const mayCancel = isCoordinator && session.disposition === null;
  const path = `/console/calls/${session.callSessionId}`;
  const stood = isNow ? { ...session, answers: call.responses } : stoodAfter(replay.steps);
  return (
    <Frame visit={visit} title="Call">
      {asOf !== null && <AsOf version={asOf} total={session.version} path={path} />}
      <section id="outcome" data-live aria-label="What came of it">
        {stood && (
          <p class="outcome" data-announce>
            <Outcome status={stood.status} disposition={stood.disposition} /> {outcomeSentence(stood)}
          </p>
        )}
        <dl class="facts">
          <dt>Member</dt>
          <dd>
            <a href={`/console/members/${encodeURIComponent(session.memberId)}`}>
              <bdi>{session.memberId}</bdi>
            </a>
            {replay.phoneNumber !== null && ` on ${replay.phoneNumber}`}
          </dd>
          <dt>Asked for</dt>
          <dd>
            <MemberTime at={session.createdAt} zone={member?.timeZone} mine={visit.zone} />
          </dd>
          <dt>Script</dt>
          <dd>
            <bdi>{session.questionnaire}</bdi>
          </dd>
        </dl>
        {stood ? <Answers of={stood} zone={visit.zone} /> : <p class="empty">How it stood then cannot be read.</p>}
        {call.simulated && <p class="note">A simulator placed this call: nobody was called.</p>}
      </section>
      {mayCancel && (
        <form method="post" action={`/console/calls/${session.callSessionId}/cancel`}>
          <button type="submit">Cancel the call</button>
        </form>
      )}
      {isCoordinator && !mayCancel && member && (
        <CallNow memberId={member.memberId} formKey={key} words="Call this member again" />
      )}
      {check && isNow && <Badge check={check} zone={visit.zone} />}
      <Story steps={replay.steps} path={path} zone={visit.zone} />
      <Problems of={replay.flaws} />
    </Frame>
  );
}

type AsOfProps = { readonly version: number; readonly total: number; readonly path: string };

/** Says that what is shown is not all of it, and leads to what was a little before and after. */
function AsOf({ version, total, path }: AsOfProps): VNode {
  const last = Math.max(total, 1);
  return (
    <p class="note as-of">
      As it stood after entry {Math.min(version, last)} of {last}.{' '}
      {version > 1 && <a href={`${path}?asOf=${Math.min(version, last) - 1}`}>One before</a>}{' '}
      {version < last && <a href={`${path}?asOf=${version + 1}`}>One after</a>} <a href={path}>All of it</a>
    </p>
  );
}
