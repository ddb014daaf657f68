import type { CallSource } from '../wire/requests.ts';

/** Who calls, in one word: a number, or the raw id of a Teams resource account. */
export function lineOf(from: CallSource): string {
  return from.kind === 'number' ? from.number : `28:orgid:${from.account}`;
}
