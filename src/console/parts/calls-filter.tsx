/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { isDay } from '../../base/times.ts';
import { CALL_STATUSES } from '../../domain/call/call.ts';
import { DISPOSITIONS } from '../../domain/call/disposition.ts';
import { DISPOSITION_WORDS } from '../../domain/call/disposition-words.ts';
import type { CallsAsked } from '../calls-asked.ts';
import { chipsOf, STATUS_CHOICE_WORDS } from './calls-narrowed.ts';
import { Choices, Filter } from './filter.tsx';

const OUTCOMES = DISPOSITIONS.map((value) => ({ value, words: DISPOSITION_WORDS[value].word }));
const STATUSES = CALL_STATUSES.map((value) => ({ value, words: STATUS_CHOICE_WORDS[value] }));

/** @param scripts that are offered: those of the calls that are shown */
export function CallsFilter(props: { readonly asked: CallsAsked; readonly scripts: readonly string[] }): VNode {
  const { asked, scripts } = props;
  return (
    <Filter action="/console/calls" label="Which calls" chips={chipsOf(asked)}>
      <Choices name="disposition" legend="Outcome" of={OUTCOMES} chosen={asked.disposition} />
      <Choices name="status" legend="Status" of={STATUSES} chosen={asked.status} />
      <label>
        Member{' '}
        <input name="memberId" value={asked.memberId} size={12} maxLength={128} autoComplete="off" spellcheck={false} />
      </label>
      <label>
        Script{' '}
        <input
          name="questionnaire"
          value={asked.questionnaire}
          size={12}
          maxLength={131}
          list="scripts"
          autoComplete="off"
          spellcheck={false}
        />
      </label>
      <datalist id="scripts">
        {scripts.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <Day name="from" words="From" value={asked.from} />
      <Day name="to" words="To" value={asked.to} />
    </Filter>
  );
}

/** A field for days would drop a whole time, which other pages link to. */
function Day({ name, words, value }: { readonly name: string; readonly words: string; readonly value: string }): VNode {
  const isTime = value !== '' && !isDay(value);
  return (
    <span class="field">
      <label for={name}>{words}</label>{' '}
      {isTime ? (
        <input id={name} name={name} value={value} size={24} maxLength={40} spellcheck={false} />
      ) : (
        <input id={name} type="date" name={name} value={value} />
      )}
    </span>
  );
}
