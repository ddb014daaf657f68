import type { Clock } from '../base/clock.ts';
import { createSerializer } from '../base/serially.ts';
import type { Signer } from '../tlog/keys.ts';
import { cosignText, formatNote, type SignatureLine, signedBy } from '../tlog/note.ts';
import type { Logs } from './logs.ts';
import { judge, type Request, readRequest, recognise, type Verdict } from './request.ts';
import { createSeen, nameOf, type Objects } from './seen.ts';

export type WitnessDeps = {
  /** Of the kind COSIGNATURE. */
  readonly signer: Signer;
  readonly logs: Logs;
  readonly objects: Objects;
  readonly clock: Clock;
};

/** What is answered to a log: signature lines to be put under its note, or why not. */
export type Answer = { readonly lines: string } | Exclude<Verdict, 'sign'>;

/** Somebody who signs each checkpoint of a log if it goes on from the one before, and no other (C2SP tlog-witness). */
export type CheckpointWitness = {
  add(body: string): Promise<Answer>;
  /** The last checkpoint of a log, by the hex SHA-256 of its origin, as it was kept; null: none. */
  latest(name: string): Promise<string | null>;
};

/** Of several processes on the same objects another one may always be first; so often is a fault. */
const RIVALS_MAX = 20;

export function createCheckpointWitness({ signer, logs, objects, clock }: WitnessDeps): CheckpointWitness {
  const seen = createSeen(objects, signer);
  const serially = createSerializer();
  const origins = new Map([...logs.keys()].map((origin) => [nameOf(origin), origin]));

  const sign = ({ note }: Request): SignatureLine => cosignText(note.text, signer, Math.floor(clock.now() / 1_000));

  const decide = async (request: Request): Promise<Answer> => {
    const { note, checkpoint } = request;
    for (let rivals = 0; rivals < RIVALS_MAX; rivals += 1) {
      const last = await seen.latest(checkpoint.origin);
      const verdict = judge(request, last?.checkpoint ?? null);
      if (verdict !== 'sign') return verdict;
      const line = sign(request);
      const lines = linesOf([line]);
      // The same tree once more: that it was signed is known already.
      if (last?.checkpoint.size === checkpoint.size) return { lines };
      const sound = logs.get(checkpoint.origin)!.filter((verifier) => signedBy(note, verifier) !== 'unsigned');
      const own = note.signatures.filter(({ id, name }) => sound.some((one) => one.name === name && one.id.equals(id)));
      const kept = formatNote({ text: note.text, signatures: [...own, line] });
      // Kept first: whoever is told that it was signed can rely on that no other will be.
      if (await seen.keep(checkpoint.origin, last, kept)) return { lines };
    }
    throw new Error('the objects of a witness are contended');
  };

  return {
    async add(body) {
      const request = readRequest(body);
      if (!request) return 400;
      const from = recognise(request, logs);
      return from === 'known' ? serially(request.checkpoint.origin, () => decide(request)) : from;
    },
    async latest(name) {
      const origin = origins.get(name);
      return origin === undefined ? null : ((await seen.latest(origin))?.note ?? null);
    },
  };
}

function linesOf(signatures: readonly SignatureLine[]): string {
  return formatNote({ text: '', signatures }).slice(1);
}
