import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { programOf } from '../../support/program.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { type Damage, damagedFile, type Kind, makeFiles, PAGE_BYTES } from './flips.ts';

/** A number: a sample twenty times as large, another for each number, for a night of some minutes. */
const NIGHT = Number(process.env['FLIPS'] ?? 0);
const TIMES = NIGHT > 0 ? 20 : 1;
const CHILD = fileURLToPath(new URL('flips-child.ts', import.meta.url));
/** The bytes that SQLite itself goes by: every one is tried, on every other file; at night on each. */
const HEADER_BYTES = 108;
const SAMPLE: Readonly<Record<Kind, number>> = {
  'read-models': 60,
  'read-models-wal': 15,
  members: 40,
  'call-events': 40,
};
/** A child that has nothing to say for so long goes round in a circle. */
const HANG_MS = 20_000;

const { file, remove, path } = await tempDir('flips');
test.after(remove);
await makeFiles(file);

/** A sequence that looks like chance and is the same each time (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What is done to one file: its header byte by byte, a sample of the rest, whole pages, and its end cut off. */
function* damagesOf(kind: Kind, whole: Buffer): Iterable<Damage> {
  const random = chance(whole.length + NIGHT);
  // A byte that is no part of any text in UTF-8, and one bit.
  const bits = () => (random() < 0.5 ? 0x80 : 1 << Math.floor(random() * 7));
  // Where nothing is, nothing can be damaged.
  const used = Array.from(whole.keys()).filter((offset) => offset < HEADER_BYTES || whole[offset] !== 0);
  const rest = used.filter((offset) => offset >= HEADER_BYTES);
  const turn = Object.keys(SAMPLE).indexOf(kind) % 2;
  const isTried = (offset: number) => {
    if (offset < HEADER_BYTES) return NIGHT > 0 || offset % 2 === turn;
    return random() < (TIMES * SAMPLE[kind]) / rest.length;
  };
  for (const offset of used.filter(isTried)) yield { kind, how: 'flip', offset, bits: bits() };
  for (let offset = 0; offset + PAGE_BYTES <= whole.length; offset += PAGE_BYTES) {
    for (const fill of NIGHT > 0 ? [0, 0x41, 0xa5, 0xff] : [[0, 0xa5][(offset / PAGE_BYTES) % 2]!]) {
      yield { kind, how: 'page', offset, fill };
    }
  }
  for (const offset of [0, 1, 50, PAGE_BYTES - 1, PAGE_BYTES, whole.length - PAGE_BYTES, whole.length - 1]) {
    if (offset >= 0) yield { kind, how: 'cut', offset };
  }
}

type Finding = { readonly damage: Damage; readonly what: string };

/** Runs children until every damage was tried; one that dies is a finding, and the next goes on behind it. */
async function tryAll(damages: readonly Damage[]): Promise<Finding[]> {
  await writeFile(file('damages.json'), JSON.stringify(damages));
  const findings: Finding[] = [];
  for (let next = 0; next < damages.length; ) {
    const { last, errors, end } = await run(next);
    for (const [index, what] of errors) findings.push({ damage: damages[index]!, what });
    if (end !== 0) findings.push({ damage: damages[last]!, what: `the process ended with ${end}` });
    next = end === 0 ? damages.length : last + 1;
  }
  return findings;
}

type Run = { readonly last: number; readonly errors: readonly [number, string][]; readonly end: string | number };

function run(from: number): Promise<Run> {
  const child = spawn(process.execPath, [...programOf(CHILD), path, String(from)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const hang = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
  let output = '';
  child.stdout.on('data', (part: Buffer) => {
    hang.refresh();
    output += part.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(hang);
      const lines = output.split('\n').filter(Boolean);
      const errors = lines.flatMap((line): [number, string][] => {
        const [, index, error] = /^(\d+) (.*)$/.exec(line) ?? [];
        return error === undefined ? [] : [[Number(index), JSON.parse(error) as string]];
      });
      const last = Math.max(from, ...lines.map((line) => Number.parseInt(line, 10)));
      resolve({ last, errors, end: signal ?? code ?? 0 });
    });
  });
}

for (const kind of ['read-models', 'read-models-wal', 'members', 'call-events'] as const) {
  test(`whatever is damaged of ${kind}, the process goes on, and its answers are rows or errors with a code`, async () => {
    const damages = [...damagesOf(kind, await readFile(file(damagedFile(kind))))];
    assert.ok(damages.length > 100 || kind === 'read-models-wal', 'there is something to damage');
    const findings = await tryAll(damages);
    assert.is(
      findings.map(({ damage, what }) => `${JSON.stringify(damage)}: ${what}`).join('\n'),
      '',
      `of ${damages.length} damages`,
    );
  });
}

test.run();
