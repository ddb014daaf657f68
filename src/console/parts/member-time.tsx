/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { Time } from './time.tsx';

type MemberTimeProps = {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The member's; absent: not known. */
  readonly zone: string | undefined;
  /** Of who reads it. */
  readonly mine: string;
  /** Where it leads; absent: nowhere. */
  readonly href?: string;
};

/** A moment where the member is, and beside it where the reader is. */
export function MemberTime({ at, zone, mine, href }: MemberTimeProps): VNode {
  const theirs = zone !== undefined && isZone(zone) ? zone : mine;
  return (
    <>
      {href === undefined ? (
        <Time at={at} zone={theirs} />
      ) : (
        <a href={href}>
          <Time at={at} zone={theirs} />
        </a>
      )}
      {theirs !== mine && (
        <small>
          {' '}
          <Time at={at} zone={mine} />
        </small>
      )}
    </>
  );
}

/** Whether times can be shown in it: a plan's own table may hold any text. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
