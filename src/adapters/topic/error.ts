import { CodedError } from '../../base/coded-error.ts';
export type NoticeErrorCode = 'NOTICE_UNAVAILABLE' | 'NOTICE_REFUSED' | 'NOTICE_BAD_ENDPOINT';

/**
 * Notices could not be published. NOTICE_UNAVAILABLE: no answer, or one that asks for patience; they may have been taken.
 * NOTICE_REFUSED: the topic does not take them from us as it is set up. NOTICE_BAD_ENDPOINT: settings that can never work. Messages hold
 * a status at most, never what was sent.
 */
export class NoticeError extends CodedError<NoticeErrorCode> {
  override readonly name = 'NoticeError';
}
