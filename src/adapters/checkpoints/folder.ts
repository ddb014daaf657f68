import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, unlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { CheckpointError } from '../../audit/checkpoints/errors.ts';
import { type CheckpointStore, OBJECT_BYTES_MAX } from '../../audit/checkpoints/ports.ts';
import { makeFolders, openNew } from '../../files/private.ts';
import { folderUnavailable, storeUnavailable, systemCode } from './error.ts';
import { assertName } from './name.ts';

/** What is being written: nobody lists it, and whoever dies leaves it. */
const PART = '.part';
/** Of a folder that is only read there is nothing to be written. */
const UNWRITABLE: readonly string[] = ['EROFS', 'EINVAL'];

/**
 * A tree in a folder of this machine. Every object is a file that nobody but this user may read. Nothing is asked of the folder
 * yet, and it need not be there.
 */
export function createCheckpointFolder(folder: string): CheckpointStore {
  const root = resolve(folder);
  const place = `the checkpoint folder ${root}`;
  const settled = new Set<string>();

  const made = async (directory: string): Promise<void> => {
    if (settled.has(directory)) return;
    const first = await makeFolders(directory);
    await syncUpTo(directory, first === undefined ? directory : dirname(first));
    settled.add(directory);
  };

  /** A process that died may have left names that a machine which fails would still lose: nobody may build on them. */
  const settle = async (directory: string): Promise<void> => {
    if (settled.has(directory)) return;
    await syncDirectory(directory).catch((error: unknown) => {
      if (!UNWRITABLE.includes(systemCode(error))) throw error;
    });
    settled.add(directory);
  };

  const fileOf = (name: string): string => {
    assertName(name);
    return join(root, name);
  };

  const using = async <T>(use: () => Promise<T>): Promise<T> => {
    try {
      return await use();
    } catch (error) {
      settled.clear();
      if (error instanceof CheckpointError) throw error;
      throw folderUnavailable(place, error);
    }
  };

  return {
    place,
    create(name, bytes) {
      const file = fileOf(name);
      return using(async () => {
        await made(dirname(file));
        const created = await createFile(file, bytes);
        if (created !== 'no-folder') return created;
        // Somebody has removed it since.
        settled.clear();
        await made(dirname(file));
        const again = await createFile(file, bytes);
        if (again === 'no-folder') throw storeUnavailable(place, 'somebody removes it');
        return again;
      });
    },
    read(name) {
      const file = fileOf(name);
      return using(async () => {
        const bytes = await readBeginning(file);
        if (bytes) await settle(dirname(file));
        return bytes;
      });
    },
    list: (prefix) => using(async () => (await filesIn(root)).filter((name) => name.startsWith(prefix))),
  };
}

/** The name is given to what is whole and on the disk already, and only if nobody has it. */
async function createFile(file: string, bytes: Buffer): Promise<boolean | 'no-folder'> {
  const part = join(dirname(file), `.${randomUUID()}${PART}`);
  const opened = await openPart(part);
  if (!opened) return 'no-folder';
  try {
    await closing(opened, async (handle) => {
      await handle.writeFile(bytes);
      await handle.sync();
    });
    return await linked(part, file);
  } finally {
    await unlink(part).catch(() => {});
  }
}

async function openPart(file: string): Promise<FileHandle | null> {
  try {
    return await openNew(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function linked(part: string, file: string): Promise<boolean> {
  const isFirst = await link(part, file).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
      return false;
    },
  );
  // Another's too: what is known to be there must stay.
  await syncDirectory(dirname(file));
  return isFirst;
}

async function readBeginning(file: string): Promise<Buffer | null> {
  try {
    return await closing(await open(file, 'r'), async (handle) => {
      const { size } = await handle.stat();
      const bytes = Buffer.alloc(Math.min(size, OBJECT_BYTES_MAX + 1));
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return bytes.subarray(0, length);
    });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function filesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(PART));
  return files.map(({ parentPath, name }) => relative(root, join(parentPath, name)).split(sep).join('/'));
}

/** Syncs a directory and those above it, up to one that was there before. */
async function syncUpTo(directory: string, last: string): Promise<void> {
  await syncDirectory(directory);
  if (directory !== last && dirname(directory) !== directory) await syncUpTo(dirname(directory), last);
}

async function syncDirectory(directory: string): Promise<void> {
  await closing(await open(directory, 'r'), (handle) => handle.sync());
}

async function closing<T>(handle: FileHandle, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
