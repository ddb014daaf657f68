import { writeFile } from 'node:fs/promises';
import { createWitness } from '../../src/adapters/checkpoints/witness.ts';
import type { Witness } from '../../src/audit/checkpoints/ports.ts';
import { type RunningWitness, startWitness } from '../../src/composition/witness.ts';
import { checkpointText } from '../../src/tlog/checkpoint.ts';
import { readVerifier, type Signer, signerOf } from '../../src/tlog/keys.ts';
import { formatNote, signText } from '../../src/tlog/note.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';
import { START, type VirtualClock, virtualClock } from '../support/virtual-clock.ts';
import { hashesOf, treeOver } from '../tlog/samples.ts';

export const LOG: Signer = signerOf('plan.example/callistra/1', Buffer.alloc(32, 1));
/** The same log's next key. */
export const NEXT: Signer = signerOf(LOG.name, Buffer.alloc(32, 2));
export const OTHER: Signer = signerOf('plan.example/callistra/2', Buffer.alloc(32, 3));

/** When the witness believes to be. */
export const SECONDS = Math.floor(START / 1_000);

/** A log whose checkpoints a witness is shown. */
export const { tree } = treeOver(hashesOf(600));

/** The same until leaf 100, then another. */
export const { tree: fork } = treeOver([...hashesOf(100), ...hashesOf(500, 'fork')]);

/** The note of a tree's checkpoint. */
export async function noteOf(size: number, of = tree, signer: Signer = LOG, origin = signer.name): Promise<string> {
  const text = checkpointText({ origin, size, root: await of.rootAt(size) });
  return formatNote({ text, signatures: [signText(text, signer)] });
}

/** A body as a log sends it. */
export async function bodyOf(old: number, size: number, of = tree, note?: string): Promise<string> {
  const proof = await of.consistency(old, size);
  const lines = [`old ${old}`, ...proof.map((hash) => hash.toString('base64'))];
  return `${lines.join('\n')}\n\n${note ?? (await noteOf(size, of))}`;
}

/** A witness that listens, with all that it keeps. */
export type Rig = {
  readonly dir: TempDir;
  readonly clock: VirtualClock;
  readonly troubles: string[];
  readonly running: () => RunningWitness;
  /** One more on the same folder. */
  another(): Promise<RunningWitness>;
  restart(): Promise<void>;
  add(
    body: string | Buffer,
    url?: string,
  ): Promise<{ readonly status: number; readonly type: string | null; readonly text: string }>;
  /** As a server asks it. */
  client(): Witness;
  close(): Promise<void>;
};

export async function startRig(logs: readonly Signer[] = [LOG, NEXT, OTHER]): Promise<Rig> {
  const dir = await tempDir('witness');
  const clock = virtualClock();
  const troubles: string[] = [];
  await writeFile(dir.file('logs'), `# the plan\n\n${logs.map(({ line }) => `${line}\n`).join('')}`);
  const open = (): Promise<RunningWitness> =>
    startWitness({
      dir: dir.file('witness'),
      logs: dir.file('logs'),
      host: '127.0.0.1',
      port: 0,
      name: 'witness.example/w',
      troubled: (code) => void troubles.push(code),
      clock,
    });
  let running = await open();
  const others: RunningWitness[] = [];
  return {
    dir,
    clock,
    troubles,
    running: () => running,
    async another() {
      const other = await open();
      others.push(other);
      return other;
    },
    async restart() {
      await running.close();
      running = await open();
    },
    async add(body, url = running.url) {
      const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: Buffer.from(body) });
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    },
    client: () => createWitness({ url: running.url, verifier: readVerifier(running.verifierLine)! }),
    async close() {
      for (const each of [running, ...others]) await each.close();
      await dir.remove();
    },
  };
}
