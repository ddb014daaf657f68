import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT, build } from './support/runner/build.ts';
import { runAll, runInOrder } from './support/runner/lanes.ts';
import { report } from './support/runner/report.ts';
import { suitesIn } from './support/runner/suites.ts';

const SLOWEST_SHOWN = 10;

/**
 * Runs the suites, names once more at the end what failed and what ended without a word, and ends with a line of counts. A run of its own, because uvu's
 * passes over a suite in silence, with exit code 0, when it registers nothing, when a hook throws, or when the error of a
 * test cannot be printed (an Error whose `details` is an object, as those of the Azure SDK).
 *
 * Words for what helps them, in every folder the same:
 * - `rig`: a running part of ours with its surroundings, which a test holds in its hand and closes
 * - `samples`: data with nothing special about it but what a test says
 * - `contract`: the suite that every adapter of a port passes
 * - `proxy`: stands between two others and passes on, or does not
 * - `clock`: time that a test moves, or that is over at once
 * - `stage`: a whole world in which something is played
 * - `worker`, `child`, `process`: what runs in a process of its own
 * - whoever is played over the wire bears the name of the part: issuer, receiver, ingestion, provider, managed identity
 *
 * What more than one folder uses lies in `support/`.
 *
 * Usage: `npm test`, or `npm test -- PATTERN [FOLDER]` for suites whose path matches, in another folder than this.
 */
const [pattern, folder = fileURLToPath(new URL('.', import.meta.url))] = process.argv.slice(2);

const isWhole = pattern === undefined;
const suites = suitesIn(folder, pattern ?? '');

// Whoever runs a few suites waits for a build longer than it saves.
const built = isWhole ? await build(join(folder, '..')) : null;
if (built !== null) process.env[BUILT] = built;

const results = await (isWhole ? runAll : runInOrder)(folder, suites);
process.exitCode = report(results, isWhole ? SLOWEST_SHOWN : 0) ? 0 : 1;
