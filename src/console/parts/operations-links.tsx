/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { SubPages } from './sub-pages.tsx';

const PAGES = [
  { href: '/console/operations', words: 'How it fares' },
  { href: '/console/operations/quarantine', words: 'Quarantine' },
  { href: '/console/operations/sessions', words: 'Who is signed in' },
] as const;

/** The pages of operators. */
export function OperationsLinks({ path }: { readonly path: string }): VNode {
  return <SubPages label="Operations" pages={PAGES} path={path} />;
}
