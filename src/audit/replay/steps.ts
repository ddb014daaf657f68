import type { CallState } from '../../domain/call/call.ts';
import { type Provider, readingOf } from '../../domain/call/provider.ts';
import { fromEntry, type Recorded } from '../../domain/call/recorded.ts';
import { foldCall } from '../../domain/call/stream.ts';
import type { Entry, EntryKind } from '../../domain/entries.ts';
import type { Earlier, Scene } from './scene.ts';
import { type ShownState, shownState } from './shown-state.ts';
import { type Spoken, spokenIn } from './spoken.ts';
import { type Who, whoOf } from './who.ts';
import { wordsOf } from './words.ts';

/** An entry of a call as people read it. */
export type Step = {
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly kind: EntryKind;
  /** As the log names it. */
  readonly type: string;
  readonly who: Who;
  readonly what: string;
  readonly spoken: Spoken | null;
  /** The provider's own codes, for people who look them up. */
  readonly codes: { readonly code: number; readonly subCode: number } | null;
  /** The entry that caused it; of one that is not in the stream the version is null. */
  readonly cause: { readonly version: number | null; readonly what: string } | null;
  /** How the call stood then; null where nothing before can be read. */
  readonly state: ShownState | null;
  /** `foreign`: a later release wrote it. `unreadable`: it is damaged, and the state is that of before. */
  readonly flaw: 'foreign' | 'unreadable' | null;
};

/** Every entry in words, in order, and what they add up to. Pure. An entry that cannot be read is named and the rest goes on. */
export function stepsOf(
  providers: readonly Provider[],
  callSessionId: string,
  entries: readonly Entry[],
): { readonly steps: readonly Step[]; readonly state: CallState | null } {
  let state: CallState | null = null;
  const read: Earlier[] = [];
  const earlier: Scene['earlier'] = (matches) => read.findLast(({ recorded }) => matches(recorded)) ?? null;
  const steps = entries.map((entry): Step => {
    const before: CallState | null = state;
    const folded = foldOne(providers, callSessionId, before, entry);
    state = folded.state;
    const scene = { before, after: state, earlier };
    const step = folded.recorded
      ? readStep(entry, folded.recorded, scene, providers)
      : { ...plainStep(entry, scene, providers), what: UNREADABLE_WORDS, flaw: 'unreadable' as const };
    if (folded.recorded) read.push({ version: entry.version, recorded: folded.recorded, what: step.what });
    return step;
  });
  return { steps, state };
}

const UNREADABLE_WORDS = 'this entry cannot be read';

type Folded = { readonly recorded: Recorded | null; readonly state: CallState | null };

/** Folding is pure: whatever it throws comes from the entry. */
function foldOne(providers: readonly Provider[], id: string, before: CallState | null, entry: Entry): Folded {
  const recorded = readOne(providers, before, entry);
  try {
    return { recorded, state: foldCall(providers, id, before, [entry]) };
  } catch {
    // Behind a first entry that is damaged the others can still be read, though they add up to nothing.
    return { recorded: before === null && entry.version > 1 ? recorded : null, state: before };
  }
}

function readOne(providers: readonly Provider[], before: CallState | null, entry: Entry): Recorded | null {
  try {
    return fromEntry(entry, before && readingOf(providers, before.initiate));
  } catch {
    return null;
  }
}

function plainStep(entry: Entry, scene: Scene, providers: readonly Provider[]): Omit<Step, 'what' | 'flaw'> {
  const { version, at, kind, type, actor } = entry;
  const state = scene.after && shownState(scene.after);
  const who = whoOf(actor, providersIn(scene, providers));
  return { version, at, kind, type, who, spoken: null, codes: null, cause: causeOf(entry, scene), state };
}

/** A call may name a provider that this release does not know. */
function providersIn({ after }: Scene, providers: readonly Provider[]): readonly Pick<Provider, 'name'>[] {
  const named = after?.initiate.provider;
  return named === undefined ? providers : [...providers, { name: named }];
}

/** A body that lacks something can be folded and yet not be put into words. */
function readStep(entry: Entry, recorded: Recorded, scene: Scene, providers: readonly Provider[]): Step {
  const plain = plainStep(entry, scene, providers);
  try {
    return {
      ...plain,
      what: wordsOf(recorded, scene),
      spoken: spokenIn(recorded, scene.after?.questionnaire ?? null),
      codes: codesIn(recorded),
      flaw: recorded.kind === 'foreign' ? 'foreign' : null,
    };
  } catch {
    return { ...plain, what: UNREADABLE_WORDS, flaw: 'unreadable' };
  }
}

function codesIn(recorded: Recorded): Step['codes'] {
  if (recorded.kind === 'callback') return recorded.body.codes;
  if (recorded.kind !== 'outcome' || recorded.type !== 'Rejected') return null;
  return { code: recorded.body.status, subCode: recorded.body.subCode };
}

function causeOf({ kind, cause }: Entry, { earlier }: Scene): Step['cause'] {
  if (cause === null) return null;
  // What was sent has an outcome; ids of callbacks are chosen by others, so they are looked for among their own.
  const kinds = { outcome: 'command', callback: 'callback', command: null } as const;
  const wanted = kinds[kind] ?? null;
  const found = earlier((one) => one.id === cause && (wanted === null || one.kind === wanted));
  return found ? { version: found.version, what: found.what } : { version: null, what: 'an entry that is not there' };
}
