import { CodedError } from '../../base/coded-error.ts';

/** A look that is not recorded, and so not granted. */
export class AccessError extends CodedError<'ACCESS_DISK_LOW'> {
  override readonly name = 'AccessError';
}
