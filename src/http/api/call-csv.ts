import { csvLine } from '../../base/csv.ts';
import { DISPOSITION_WORDS } from '../../domain/call/disposition-words.ts';
import type { ListedCall } from './call-schemas.ts';

const COLUMNS = [
  'callSessionId',
  'memberId',
  'callConnectionId',
  'status',
  'disposition',
  'questionnaire',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof ListedCall)[];

/** The disposition as people read it. */
const OUTCOME = 'outcome';

/**
 * Calls as a table, one line each; with their answers, a column for every question.
 * @param questions how many there are columns for at least, so that the pages of a list have the same; null: no answers
 */
export function callsCsv(calls: readonly ListedCall[], questions: number | null): string {
  const asked = calls.flatMap(({ responses = [] }) => responses.map(({ questionNumber }) => questionNumber));
  const columns = questions === null ? 0 : Math.max(questions, ...asked);
  return callsCsvHead(columns) + callsCsvLines(calls, columns);
}

/** The line above them. @param questions how many there are columns for */
export function callsCsvHead(questions: number): string {
  return csvLine([...COLUMNS, OUTCOME, ...upTo(questions).map((number) => `answer${number}`)]);
}

/** The lines alone, under such a line of as many questions. */
export function callsCsvLines(calls: readonly ListedCall[], questions: number): string {
  return calls
    .map((call) => {
      const answers = new Map(call.responses?.map(({ questionNumber, response }) => [questionNumber, response]));
      const outcome = call.disposition && DISPOSITION_WORDS[call.disposition].word;
      const cells = upTo(questions).map((number) => answers.get(number) ?? '');
      return csvLine([...COLUMNS.map((name) => call[name]), outcome, ...cells]);
    })
    .join('');
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
