/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { dispositionsOf, type FigureTone, figureWords, OPEN_STATUSES, type OutcomeFigure } from '../figures.ts';
import { Outcome, SHAPES } from './tone.tsx';

export const TONE_WORDS: Readonly<Record<FigureTone, string>> = {
  'needs-somebody': 'Needs somebody',
  'going-on': 'Going on',
  done: 'Done',
  'not-reached': 'Not reached',
  failed: 'Failed',
};

/** A tone by its shape and its word. */
export function ToneMark({ tone }: { readonly tone: FigureTone }): VNode {
  return (
    <span class={`tone tone-${tone}`}>
      <span aria-hidden="true">{SHAPES[tone]}</span> {TONE_WORDS[tone]}
    </span>
  );
}

/** The outcome that a figure is of. */
export function OutcomeMark({ disposition }: Pick<OutcomeFigure, 'disposition'>): VNode {
  if (disposition === null) return <ToneMark tone="going-on" />;
  return <Outcome status="Disconnected" disposition={disposition} />;
}

/** ISO 8601 UTC: from, and before. */
export type Within = { readonly from: string; readonly to: string };

/** What a figure counts: all calls, those of one outcome, or those of a tone. */
export type Counted = Pick<OutcomeFigure, 'disposition'> | { readonly tone: FigureTone } | null;

type FigureProps = {
  readonly calls: number;
  readonly of: Counted;
  readonly within: Within;
  /** Whether this role may see the list. */
  readonly isLinked: boolean;
};

/** A number, and the way to the calls that it counts. */
export function Figure({ calls, of, within, isLinked }: FigureProps): VNode {
  const words = figureWords(calls);
  return isLinked && calls > 0 ? <a href={listOf(of, within)}>{words}</a> : <span>{words}</span>;
}

/** Where the calls are listed that a figure counts. */
export function listOf(of: Counted, { from, to }: Within): string {
  return `/console/calls?${new URLSearchParams({ ...queryOf(of), from, to })}`;
}

function queryOf(of: Counted): Readonly<Record<string, string>> {
  if (of === null) return {};
  if ('disposition' in of) return of.disposition === null ? OPEN : { disposition: of.disposition };
  return of.tone === 'going-on' ? OPEN : { disposition: dispositionsOf(of.tone).join(',') };
}

const OPEN = { status: OPEN_STATUSES.join(',') };
