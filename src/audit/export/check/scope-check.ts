import { isCallStream, isMemberStream, memberStream, questionnaireStream } from '../../../domain/streams.ts';
import type { ExportScope } from '../entries.ts';
import type { Left, Line } from '../format.ts';
import { callOf } from '../parts.ts';
import { callsIn, isOf, isWholeDayIn } from '../streams.ts';
import type { ExportFindingKind } from './findings.ts';

type EntryLine = Pick<Extract<Line, { entry: unknown }>['entry'], 'version' | 'type' | 'id' | 'at' | 'data'>;
type Found = (kind: ExportFindingKind, detail: string) => void;

/** Whether an export holds what it must, and nothing else, as far as its own streams tell. */
export type ScopeCheck = {
  stream(name: string): void;
  entry(name: string, entry: EntryLine): void;
  /** Whether it needs to be told of the entry of this version. */
  looksAt(name: string, version: number): boolean;
  withheld(name: string, version: number): void;
  left(left: Left): void;
  end(): void;
};

/** @param noted told in words what the export itself says that it lacks */
export function checkScope(scope: ExportScope, found: Found, noted: (words: string) => void): ScopeCheck {
  const own = scope.is === 'member' ? memberStream(scope.memberId) : null;
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
  const first = (name: string, entry: EntryLine): void => {
    if (!isOf(scope, name, entry)) found('foreign', `${name} was not begun in the period`);
    if (!isCallStream(name)) return;
    const { memberId, script } = callOf(entry);
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
    looksAt: (name, version) => version === 1 || name === own,
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
