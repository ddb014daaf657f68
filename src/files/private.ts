import { closeSync, existsSync, fchmodSync, fstatSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, mkdtemp, open } from 'node:fs/promises';
import { errorCode } from '../base/coded-error.ts';

/*
 * Every file and folder that this program makes is made here, for its owner alone: what members answered, whom to call, keys. The
 * mode is given with each, never by the process's umask: that is one for all threads, and whoever runs a server inside a program
 * of their own would have the files of others changed with it. What is there already keeps its mode: it is its owner's to change.
 */
const FILE = 0o600;
const FOLDER = 0o700;

/** Makes a folder, and those above it that are missing. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: FOLDER });
}

/** The same. @returns the first that was made; undefined: all were there */
export function makeFolders(path: string): Promise<string | undefined> {
  return mkdir(path, { recursive: true, mode: FOLDER });
}

/** Makes a folder whose name begins so and which nobody else has. @returns its path */
export function makeTemporaryFolder(beginning: string): Promise<string> {
  return mkdtemp(beginning);
}

/**
 * Makes an empty file if there is none. To be called before SQLite opens it: it takes an empty file for a new database, and gives
 * `-wal`, `-shm` and `-journal` the mode of the file that they belong to.
 */
export function makeFile(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'wx', FILE));
  } catch (error) {
    // Of two who make it at once one has.
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Writes a file that is not there yet. @throws EEXIST when it is */
export function writeNew(path: string, text: string): void {
  writeFileSync(path, text, { flag: 'wx', mode: FILE });
}

/** Opens a file that is not there yet, to write it. @throws EEXIST when it is */
export function openNew(path: string): Promise<FileHandle> {
  return open(path, 'wx', FILE);
}

/** The same, for whoever waits for nothing. @returns a descriptor */
export function openNewSync(path: string): number {
  return openSync(path, 'wx', FILE);
}

/** Opens a file to write it anew from its beginning; what was in it before is gone, and so is who might read that. @returns a descriptor */
export function openAnew(path: string): number {
  const file = openSync(path, 'w', FILE);
  if (fstatSync(file).isFile()) fchmodSync(file, FILE);
  return file;
}

/** Opens a file that was made here, to go on with it. */
export function openAgain(path: string): Promise<FileHandle> {
  return open(path, 'r+');
}
