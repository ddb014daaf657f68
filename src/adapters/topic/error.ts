export type NoticeErrorCode = 'UNAVAILABLE' | 'REFUSED' | 'BAD_ENDPOINT';

/**
 * Notices could not be published. UNAVAILABLE: no answer, or one that asks for patience; they may have been taken.
 * REFUSED: the topic does not take them from us as it is set up. BAD_ENDPOINT: settings that can never work. Messages hold
 * a status at most, never what was sent.
 */
export class NoticeError extends Error {
  override readonly name = 'NoticeError';
  readonly code: NoticeErrorCode;

  constructor(code: NoticeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
