/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

const LINKS = [
  { href: '/console/operations', words: 'How it fares' },
  { href: '/console/operations/quarantine', words: 'Quarantine' },
] as const;

/** The pages of operators. */
export function OperationsLinks({ path }: { readonly path: string }): VNode {
  return (
    <nav aria-label="Operations">
      <ul class="sub-links">
        {LINKS.map(({ href, words }) => (
          <li key={href}>
            <a class="sub-link" href={href} aria-current={path === href ? 'page' : undefined}>
              {words}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
