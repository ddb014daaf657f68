/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren, VNode } from 'preact';
import { Frame, type Visit } from '../frame.tsx';
import { SubPages } from '../sub-pages.tsx';

const PAGES = [
  { href: '/console/audit', words: 'Search' },
  { href: '/console/audit/looks', words: 'Who looked' },
  { href: '/console/audit/review', words: 'Review' },
  { href: '/console/audit/verify', words: 'Verify' },
  { href: '/console/audit/exports', words: 'Exports' },
] as const;

type AuditFrameProps = { readonly visit: Visit; readonly title: string; readonly children: ComponentChildren };

/** The frame of what Compliance does. */
export function AuditFrame({ visit, title, children }: AuditFrameProps): VNode {
  return (
    <Frame visit={visit} title={title}>
      <SubPages label="Audit" pages={PAGES} path={visit.path} />
      {children}
    </Frame>
  );
}
