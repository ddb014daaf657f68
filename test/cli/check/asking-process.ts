import { keepThread } from '../../../src/cli/check/thread.ts';

/** Built beside the server: asks its thread for the first segment of a file, and says what came. */
const [path = '', first = '', key = '', sizeBytes = ''] = process.argv.slice(2);
const lane = keepThread()?.lane({ path, first, sizeBytes: Number(sizeBytes), segmentBytes: 1_000 }, key);
// Only whoever waits keeps the process alive.
const waiting = setInterval(() => {}, 1_000);
const checked = await lane?.(0);
clearInterval(waiting);
process.stdout.write(JSON.stringify(checked ?? null));
