import type {
  AskQuestionBody,
  CheckCallBody,
  CloseReason,
  HangUpReason,
  SayMessageBody,
  UnknownBody,
} from '../../domain/call/bodies.ts';
import type { Deadline } from '../../domain/call/call.ts';
import type { CallResult, Disposition } from '../../domain/call/disposition.ts';
import type { Refusal, Standing } from '../../domain/call/provider.ts';

/** The words for everything that the log says by a word of its own. The compiler asks for one that is missing. */

/** What became of a call. */
export const DISPOSITION_WORDS: Readonly<Record<Disposition, string>> = {
  completed: 'completed, every question has an answer',
  partial: 'partly answered',
  'no-response': 'a person was there and answered no question',
  'no-person': 'nobody pressed a key',
  'not-available': 'it was no good time',
  'hung-up': 'somebody hung up',
  busy: 'the line was busy',
  'no-answer': 'nobody picked up',
  'bad-number': 'there is no such number',
  declined: 'the person declined',
  blocked: 'the network blocked it',
  'network-refused': 'the network refused our number',
  'provider-failure': 'the provider failed',
  cancelled: 'it was cancelled',
  expired: 'it waited too long for its turn, and was never dialled',
  unknown: 'nothing says why',
};

/** What the provider says of a call that was not answered, or of how it ended. */
export const RESULT_WORDS: Readonly<Record<CallResult, string>> = {
  ended: 'ended as calls do',
  completed: 'completed',
  partial: 'partly answered',
  'no-response': 'no response',
  'no-person': 'no person',
  'not-available': 'not available',
  'hung-up': 'hung up',
  busy: 'line busy',
  'no-answer': 'nobody picked up',
  'bad-number': 'no such number',
  declined: 'declined',
  blocked: 'blocked by the network',
  'network-refused': 'refused by the network',
  'provider-failure': 'failure of the provider',
  cancelled: 'cancelled',
  expired: 'expired',
  unknown: 'ended, nothing says why',
};

export const HANG_UP_WORDS: Readonly<Record<HangUpReason, string>> = {
  finished: 'everything is said',
  cancelled: 'the call was cancelled',
  trouble: 'the flow could not go on',
  'not-neutral': 'what came next is for a person, and none was proven',
  'second-leg': 'it is a second leg, which must not be',
  'already-closed': 'the call was closed already',
};

export const CLOSE_WORDS: Readonly<Record<CloseReason, string>> = {
  gone: 'the provider does not have it any more',
  'no-word': 'no word of it came in time',
  cancelled: 'it was cancelled before it had a connection',
  abandoned: 'nobody looked after it any more',
  'not-placed': 'it was opened and never dialled',
  expired: 'it waited too long for its turn',
};

export const CHECK_WORDS: Readonly<Record<NonNullable<CheckCallBody['because']> | 'overdue', string>> = {
  overdue: 'how the call stands, for something is overdue',
  doubt: 'whether the call still stands, for Event Grid says that it has ended',
  leg: 'whose connection it is that a callback named',
};

export const ASK_WORDS: Readonly<Record<AskQuestionBody['because'], string>> = {
  first: '',
  'wrong-key': ' again, after a key that is not offered',
  trouble: ' again, after trouble',
};

export const SAY_WORDS: Readonly<Record<SayMessageBody['because'], string>> = {
  flow: '',
  trouble: ', for the flow could not go on',
};

export const UNKNOWN_WORDS: Readonly<Record<UnknownBody['reason'], string>> = {
  timeout: 'no answer in time',
  'connection-lost': 'the connection was lost',
  'server-error': 'an error on its side',
};

export const MEANS_WORDS: Readonly<Record<Refusal['means'], string>> = {
  gone: 'there is no such call',
  over: 'the call ended meanwhile',
  'not-yet': 'the call is not in a state for it',
  conflict: 'something else is under way in the call',
  throttled: 'too much at once',
  barred: 'nothing is taken for a long time',
  other: 'it was not taken',
};

export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  connected: 'the call is connected',
  over: 'the call is over',
  other: 'the call stands between beginning and end',
};

export const MISSING_WORDS: Readonly<Record<Deadline['missing'], string>> = {
  turn: 'the call waited for its turn to be dialled',
  answer: 'a request had no answer',
  result: 'nothing was heard of what was asked for',
  retry: 'it was time to try again',
  end: 'the end of the call was not told',
};
