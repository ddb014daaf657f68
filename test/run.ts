import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT_SERVER, buildServer } from './support/runner/built-server.ts';
import { type Counts, type Result, runSuites, suitesIn } from './support/runner/suites.ts';

/**
 * Runs the suites, names those that ended without a word, and ends with a line of counts. A run of its own, because uvu's
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

/** Suites that mostly wait, for whole seconds of a queue, for processes, or for each other: they run beside the others. */
const PATIENT: readonly RegExp[] = [
  /^(adapters\/queues|log\/tables|simulator|support\/runner)\/|^e2e\/(identity|instances|kill)/,
  // Not those whose limits of time are short.
  /^e2e\/(?!counts|callback-faults|request-faults|log-trouble)|^http\/freeze|^cli\/until-stopped|^projections\/sqlite\/flips/,
];

const suites = suitesIn(folder, pattern ?? '');
const laneOf = (name: string): number => PATIENT.findIndex((kind) => kind.test(name));
const apart = [-1, ...PATIENT.keys()].map((lane) => suites.filter((name) => laneOf(name) === lane));
const parts = (pattern === undefined ? apart : [suites]).filter((part) => part.length > 0);

// Whoever runs a few suites waits for a build longer than it saves.
const built = pattern === undefined ? await buildServer(join(folder, '..')) : null;
if (built !== null) process.env[BUILT_SERVER] = built;

const results = await Promise.all(parts.map((part, index) => runSuites(folder, part, index === 0)));
const sum = (label: keyof Counts): number => results.reduce((total, each: Result) => total + each[label], 0);
const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
process.stdout.write('\n');
for (const problem of results.flatMap(({ problems }) => problems)) process.stdout.write(`FAILED: ${problem}\n`);
const isNothing = passed + failed + skipped === 0;
if (isNothing) process.stdout.write('no test ran\n');
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = isNothing || failed > 0 ? 1 : 0;
