import type { Entry } from '../../../domain/entries.ts';
import { isCallStream, isMemberStream, memberStream, questionnaireStream } from '../../../domain/streams.ts';
import type { ExportScope } from '../entries.ts';
import type { Left } from '../format.ts';
import { type Call, callOf } from '../parts.ts';
import { callsIn, isOf, isWholeDayIn } from '../streams.ts';
import type { ExportFindingKind } from './findings.ts';

/** What is looked at of an entry. `call`: that a stream's first entry begins. */
export type LookedAt = Pick<Entry, 'version' | 'type' | 'id' | 'at'> & { readonly call: Call };

export function lookedAt({ version, type, id, at, data }: Omit<LookedAt, 'call'> & Pick<Entry, 'data'>): LookedAt {
  return { version, type, id, at, call: callOf({ type, data }) };
}

type Found = (kind: ExportFindingKind, detail: string) => void;

/** Whether an export holds what it must, and nothing else, as far as its own streams tell. */
export type ScopeCheck = {
  stream(name: string): void;
  entry(name: string, entry: LookedAt): void;
  looksAt(name: string, version: number): boolean;
  withheld(name: string, version: number): void;
  left(left: Left): void;
  end(): void;
};

/** Which stream names what else the export must hold; null: none does. */
function ownStream(scope: ExportScope): string | null {
  return scope.is === 'member' ? memberStream(scope.memberId) : null;
}

/** Whether the check of such a scope needs to be told of the entry of this version. */
export function createLooksAt(scope: ExportScope): ScopeCheck['looksAt'] {
  const own = ownStream(scope);
  return (name, version) => version === 1 || name === own;
}

/** @param noted told in words what the export itself says that it lacks */
export function checkScope(scope: ExportScope, found: Found, noted: (words: string) => void): ScopeCheck {
  const own = ownStream(scope);
  /** Calls and scripts that the export must hold, by what names them. */
  const demanded = new Map<string, string>();
  const seen = new Set<string>();
  let ownIsWhole = true;
  /** A call whose first entry is withheld may follow any script. */
  let anyScript = false;

  if (scope.is === 'call') demanded.set(scope.callSessionId, 'the first line');
  if (own !== null) demanded.set(own, 'the first line');

  const isExpected = (name: string): boolean => {
    if (demanded.has(name)) return true;
    if (name.startsWith('questionnaire:')) return anyScript;
    if (scope.is === 'period') return isCallStream(name) || isWholeDayIn(scope, name);
    return scope.is === 'member' && isCallStream(name) && !ownIsWhole;
  };
  const first = (name: string, entry: LookedAt): void => {
    if (!isOf(scope, name, entry)) found('foreign', `${name} was not begun in the period`);
    if (!isCallStream(name)) return;
    const { memberId, script } = entry.call;
    if (scope.is === 'member' && memberId !== scope.memberId) found('foreign', `${name} is a call of another member`);
    if (script !== null) demanded.set(questionnaireStream(script), name);
  };

  return {
    stream(name) {
      if (!isExpected(name)) found('foreign', name);
      // Of a period nothing says how many there are, and a name each would fill the memory.
      if (demanded.has(name)) {
        if (seen.has(name)) found('foreign', `${name} is there twice`);
        seen.add(name);
      }
    },
    looksAt: createLooksAt(scope),
    entry(name, entry) {
      if (entry.version === 1) first(name, entry);
      if (name === own) for (const call of callsIn([entry])) demanded.set(call, name);
    },
    withheld(name, version) {
      if (name === own) {
        ownIsWhole = false;
        noted(`entry ${version} of ${name} is withheld: whether all calls are here cannot be told`);
      }
      if (version === 1 && isCallStream(name)) anyScript = true;
    },
    left({ name, words }) {
      if (!isExpected(name) && !isMemberStream(name)) found('foreign', name);
      seen.add(name);
      if (name === own) ownIsWhole = false;
      noted(`${name} is not in the export: ${words}`);
    },
    end() {
      for (const [name, by] of demanded) if (!seen.has(name)) found('missing', `${name}, which ${by} names`);
    },
  };
}
