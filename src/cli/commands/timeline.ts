import type { Replay } from '../../audit/replay/api.ts';
import type { Step } from '../../audit/replay/steps.ts';
import type { Entry } from '../../domain/entries.ts';
import { hang } from '../wrap.ts';

/** A call as `GET /api/audit/calls/{id}` shows it. */
export type ShownReplay = Omit<Replay, 'entries'> & {
  readonly asOf: string | null;
  readonly raw?: readonly Pick<Entry, 'version' | 'id' | 'data' | 'hash'>[];
};

/** A call as lines of at most 80 columns. */
export function timeline(replay: ShownReplay): string[] {
  const { steps, flaws, raw = [] } = replay;
  const data = new Map(raw.map((entry) => [entry.version, entry]));
  const lines = heading(replay);
  let day = '';
  let before: Step['state'] = null;
  for (const step of steps) {
    if (step.at.slice(0, 10) !== day) {
      day = step.at.slice(0, 10);
      lines.push('', ...hang('', `${day} (UTC)`));
    }
    lines.push(...stepLines(step), ...changeLines(before, step.state));
    before = step.state;
    const entry = data.get(step.version);
    if (entry) lines.push(...rawLines(entry));
  }
  if (steps.length === 0 && flaws.length === 0) lines.push('', 'Nothing was known of the call then.');
  if (flaws.length > 0) lines.push('', ...flaws.flatMap((flaw) => hang('! ', flaw)));
  return lines;
}

function heading({ callSessionId, memberId, phoneNumber, asOf, steps }: ShownReplay): string[] {
  const last = steps.at(-1)?.state;
  const script = steps.find(({ spoken }) => spoken)?.spoken?.script;
  return [
    ...hang('Call    ', callSessionId),
    ...hang('Member  ', `${memberId ?? 'not known'}, number ${phoneNumber ?? 'not known'}`),
    ...(script ? hang('Script  ', `${script.id}, version ${script.version}, SHA-256 ${script.hash}`) : []),
    ...(asOf === null ? [] : hang('As of   ', asOf)),
    ...(last ? hang('State   ', `${last.status}, ${last.disposition ?? last.positionWords}`) : []),
    ...(last && last.answers.length > 0 ? hang('Answers ', answersText(last.answers)) : []),
  ];
}

const INDENT = ' '.repeat(19);

function stepLines({ version, at, who, what, codes, cause, spoken }: Step): string[] {
  const label = `${String(version).padStart(4)} ${at.slice(11, 23).padEnd(12)}  `;
  const said = codes && (codes.code || codes.subCode) ? ` (${codes.code}/${codes.subCode})` : '';
  const because = cause ? ` <- ${cause.version ?? 'not there'}` : '';
  return [
    ...hang(label.slice(0, INDENT.length), `${who.words}: ${what}${said}${because}`),
    ...(spoken ? hang(`${INDENT}> `, `"${spoken.text}" (${spoken.voice})`) : []),
  ];
}

/** What of the call is another since the entry before. */
function changeLines(before: Step['state'], after: Step['state']): string[] {
  if (!after) return [];
  const text = (state: NonNullable<Step['state']>): string[] => [
    `${state.status}, ${state.positionWords}`,
    state.disposition ?? '',
    state.answers.length === 0 ? '' : `answers ${answersText(state.answers)}`,
  ];
  const was = before ? text(before) : [];
  const changed = text(after).filter((part, index) => part !== '' && part !== was[index]);
  return changed.length === 0 ? [] : hang(`${INDENT}= `, changed.join('; '));
}

function answersText(answers: NonNullable<Step['state']>['answers']): string {
  return answers.map(({ question, response }) => `${question} ${response}`).join(', ');
}

/** For reading; to the byte it is in the JSON. */
function rawLines({ id, data, hash }: { readonly id: string; readonly data: string; readonly hash: string }): string[] {
  return [`id ${id}`, data, `hash ${hash}`].flatMap((text) => hang(`${INDENT}| `, text));
}
