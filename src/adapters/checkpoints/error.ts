import { CheckpointError } from '../../audit/checkpoints/errors.ts';

/** What an operating system's code means for a folder, in words for operators. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there, and cannot be made',
  ENOTDIR: 'something on the way to it is no folder',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it, or its file system knows no links',
  EROFS: 'it is read-only',
  ENOSPC: 'its disk is full',
  EFBIG: 'a file of it may not grow so large',
  EDQUOT: 'the disk quota is used up',
  EIO: 'its disk fails',
  EMFILE: 'too many files are open',
  ENOTSUP: 'its file system knows no links',
};

/** @param place a folder or container, in words */
export function storeUnavailable(place: string, what: string): CheckpointError {
  return new CheckpointError('CHECKPOINT_STORE_UNAVAILABLE', `${place} cannot be used: ${what}`);
}

export function folderUnavailable(place: string, error: unknown): CheckpointError {
  const code = systemCode(error);
  const words = WORDS[code];
  return storeUnavailable(place, words === undefined ? code : `${words} (${code})`);
}

/** `ENOSPC` and the like. @throws the error, when it is none of the system's: a bug */
export function systemCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && 'syscall' in error) return String(error.code);
  throw error;
}
