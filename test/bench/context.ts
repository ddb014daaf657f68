import { type TempDir, tempDir } from '../support/temp-dir.ts';
import type { Options } from './options.ts';
import type { BenchContext } from './row.ts';
import type { Common } from './serve-worker.ts';
import { type Handlers, startWorker } from './worker.ts';

/** The context of one row; `close` ends its processes and removes its files. */
export function openContext(
  rowName: string,
  workersDir: string,
  options: Options,
): BenchContext & { close(): Promise<void> } {
  const stops: (() => Promise<void>)[] = [];
  const dirs: TempDir[] = [];
  const terminal = process.stderr.isTTY === true;
  const progress = (text: string): void => {
    if (terminal) process.stderr.write(`\r\u001b[2K${text}`);
  };
  const close = async (): Promise<void> => {
    progress('');
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await Promise.all(dirs.splice(0).map((dir) => dir.remove()));
  };
  const onInterrupt = (): void => void close().then(() => process.exit(130));
  process.once('SIGINT', onInterrupt);

  return {
    rounds: options.rounds,
    quick: options.quick,
    profileDir: options.profileDir,
    keepDir: options.keepDir,
    start<H extends Handlers>(name: string) {
      const worker = startWorker<H & Common>(workersDir, name);
      stops.push(worker.stop);
      return worker;
    },
    async tempDir() {
      const dir = await tempDir('bench');
      dirs.push(dir);
      return dir.path;
    },
    progress: (text) => progress(`${rowName}: ${text}`),
    async close() {
      process.off('SIGINT', onInterrupt);
      await close();
    },
  };
}
