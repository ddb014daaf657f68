/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren, VNode } from 'preact';
import { Frame, type Visit } from '../frame.tsx';

const PAGES = [
  { href: '/console/audit', words: 'Search' },
  { href: '/console/audit/looks', words: 'Who looked' },
  { href: '/console/audit/verify', words: 'Verify' },
  { href: '/console/audit/exports', words: 'Exports' },
] as const;

type AuditFrameProps = { readonly visit: Visit; readonly title: string; readonly children: ComponentChildren };

/** The frame of what Compliance does. */
export function AuditFrame({ visit, title, children }: AuditFrameProps): VNode {
  return (
    <Frame visit={visit} title={title}>
      <nav class="sub" aria-label="Audit">
        <ul class="sub-list">
          {PAGES.map(({ href, words }) => (
            <li key={href}>
              <a class="sub-link" href={href} aria-current={visit.path === href ? 'page' : undefined}>
                {words}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </Frame>
  );
}
