import { csvLine } from '../../base/csv.ts';
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

/**
 * Calls as a table, one line each; with their answers, a column for every question.
 * @param questions how many there are columns for at least, so that the pages of a list have the same; null: no answers
 */
export function callsCsv(calls: readonly ListedCall[], questions: number | null): string {
  const asked = calls.flatMap(({ responses = [] }) => responses.map(({ questionNumber }) => questionNumber));
  const columns = questions === null ? 0 : Math.max(questions, ...asked);
  const numbers = Array.from({ length: columns }, (_, index) => index + 1);
  const head = csvLine([...COLUMNS, ...numbers.map((number) => `answer${number}`)]);
  const lines = calls.map((call) => {
    const answers = new Map(call.responses?.map(({ questionNumber, response }) => [questionNumber, response]));
    return csvLine([...COLUMNS.map((name) => call[name]), ...numbers.map((number) => answers.get(number) ?? '')]);
  });
  return [head, ...lines].join('');
}
