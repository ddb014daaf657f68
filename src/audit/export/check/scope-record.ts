import type { ExportScope } from '../entries.ts';
import type { Left } from '../format.ts';
import { createLooksAt, type LookedAt, type ScopeCheck } from './scope-check.ts';

/** What is told to the check of an export's scope, in a form that another thread can be sent. */
export type Seen =
  | { readonly stream: string }
  | { readonly of: string; readonly entry: LookedAt }
  | { readonly of: string; readonly withheld: number }
  | { readonly left: Left };

/** Writes down what is told of a stretch of an export, until all before it is known. */
export function recordScope(scope: ExportScope, seen: Seen[]): ScopeCheck {
  return {
    stream: (stream) => void seen.push({ stream }),
    looksAt: createLooksAt(scope),
    entry: (of, entry) => void seen.push({ of, entry }),
    withheld: (of, withheld) => void seen.push({ of, withheld }),
    left: (left) => void seen.push({ left }),
    end() {},
  };
}

/** Tells it. */
export function tellScope(seen: readonly Seen[], scope: ScopeCheck): void {
  for (const one of seen) {
    if ('stream' in one) scope.stream(one.stream);
    else if ('entry' in one) scope.entry(one.of, one.entry);
    else if ('withheld' in one) scope.withheld(one.of, one.withheld);
    else scope.left(one.left);
  }
}
