import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { inTime } from '../../base/time-limit.ts';
import type { Verifier } from '../../tlog/keys.ts';
import { formatNote, type Note, readNote, type SignatureLine, signedBy } from '../../tlog/note.ts';
import type { MerkleTree } from '../../tlog/tree.ts';
import { type Claim, contradiction, type RecordedSize, readClaim } from './claims.ts';
import type { Witness, WitnessAnswer } from './ports.ts';

export type WitnessStatus = { readonly name: string; readonly cosignedSize: number | null };

/** The witnesses of one tree. None of them is waited for longer than some seconds, nor asked at once again when it failed. */
export type Witnesses = {
  /** Asks each for the last checkpoint that it has signed. Never throws. */
  read(origin: string): Promise<void>;
  /** What is wrong, in words, if what they have shown is none of the recorded tree; null when it is. */
  contradiction(origin: string, keys: readonly Verifier[], recorded: RecordedSize): Promise<string | null>;
  /** Whether one is to be asked to sign a checkpoint of this size. */
  isBehind(size: number): boolean;
  /** Asks those who are behind. @returns their signatures, those that hold. Never throws. */
  ask(note: Note, size: number, tree: MerkleTree): Promise<readonly SignatureLine[]>;
  /** Their signatures under a checkpoint of this text, as far as they have shown it. */
  shown(text: string): readonly SignatureLine[];
  status(): readonly WitnessStatus[];
  /** What witnesses do that they should not, in words; being away is not among it. */
  trouble(): string | null;
};

/** In milliseconds. */
const ANSWER_MS = 5_000;
const PACE_MS = { first: 30_000, most: 600_000 } as const;

type Known = {
  readonly witness: Witness;
  /** As it came; read when the keys of the tree are known. */
  shown: string | null;
  /** The newest that was read, and is of the recorded tree. */
  agreed: string | null;
  claim: Claim | null;
  cosignedSize: number | null;
  /** What it said that it knows, without showing it. */
  saidSize: number | null;
  isRefused: boolean;
  failures: number;
  notBeforeMs: number;
  trouble: string | null;
};

export function createWitnesses(all: readonly Witness[], clock: Pick<Clock, 'monotonicMs' | 'after'>): Witnesses {
  const known = all.map(newKnown);

  const isPaced = ({ notBeforeMs }: Known): boolean => clock.monotonicMs() < notBeforeMs;
  const pace = (one: Known): void => {
    const waitMs = Math.min(PACE_MS.first * 2 ** one.failures, PACE_MS.most);
    one.failures += 1;
    one.notBeforeMs = clock.monotonicMs() + waitMs;
  };
  /** Null when there is no answer. */
  const within = async <T>(one: Known, asked: () => Promise<T>): Promise<{ readonly answer: T } | null> => {
    try {
      const answer = await inTime(Promise.resolve().then(asked), ANSWER_MS, clock.after);
      if (answer !== 'late') return { answer };
    } catch (error) {
      // A bug of an adapter must not be taken for a witness that is away.
      if (errorCode(error) === 'BUG') one.trouble = `the witness ${nameOf(one)} cannot be asked: ${String(error)}`;
    }
    pace(one);
    return null;
  };

  const isBehind = (one: Known, size: number): boolean => !isPaced(one) && (one.cosignedSize ?? -1) < size;

  const ask = async (one: Known, note: Note, size: number, tree: MerkleTree): Promise<SignatureLine[]> => {
    const old = Math.min(Math.max(one.saidSize ?? 0, one.claim?.checkpoint.size ?? 0), size);
    const proof = await tree.consistency(old, size);
    const asked = await within(one, () => one.witness.cosign(formatNote(note), old, proof));
    if (!asked) return [];
    if (asked.answer.is !== 'cosigned') {
      // The first time the next round asks what it knows by then.
      if (one.isRefused) pace(one);
      if (one.isRefused && asked.answer.is === 'refused') one.trouble = refusal(one, asked.answer);
      one.saidSize = asked.answer.is === 'elsewhere' ? asked.answer.size : null;
      one.isRefused = !one.isRefused;
      return [];
    }
    const lines = readNote(`${note.text}\n${asked.answer.lines}`);
    if (!lines || typeof signedBy(lines, one.witness.verifier) === 'string') {
      one.trouble = `the signature of the witness ${nameOf(one)} does not hold`;
      pace(one);
      return [];
    }
    Object.assign(one, { cosignedSize: size, saidSize: null, isRefused: false, failures: 0, trouble: null });
    return lines.signatures.filter(({ name, id }) => isOf(one.witness.verifier, name, id));
  };

  return {
    async read(origin) {
      const asked = known.filter((one) => !isPaced(one));
      await Promise.all(
        asked.map(async (one) => {
          const latest = await within(one, () => one.witness.latest(origin));
          if (latest) one.shown = latest.answer;
        }),
      );
    },
    async contradiction(origin, keys, recorded) {
      for (const one of known) {
        const { shown } = one;
        if (shown === null || shown === one.agreed) continue;
        const claim = readClaim(shown, origin, keys);
        take(one, claim);
        const wrong = one.claim && (await contradiction(`the witness ${nameOf(one)}`, one.claim, recorded));
        if (wrong !== null) return wrong;
        // A lie stays one.
        if (claim) one.agreed = shown;
      }
      return null;
    },
    isBehind: (size) => known.some((one) => isBehind(one, size)),
    async ask(note, size, tree) {
      const behind = known.filter((one) => isBehind(one, size));
      return (await Promise.all(behind.map((one) => ask(one, note, size, tree)))).flat();
    },
    shown: (text) =>
      known.flatMap(({ claim, witness: { verifier } }) => {
        if (claim?.note.text !== text || typeof signedBy(claim.note, verifier) === 'string') return [];
        return claim.note.signatures.filter(({ name, id }) => isOf(verifier, name, id));
      }),
    status: () => known.map((one) => ({ name: nameOf(one), cosignedSize: one.cosignedSize })),
    trouble: () => known.map(troubleWith).find((trouble) => trouble !== null) ?? null,
  };
}

function newKnown(witness: Witness): Known {
  const nothing = {
    shown: null,
    agreed: null,
    agreedSize: 0,
    claim: null,
    cosignedSize: null,
    saidSize: null,
    trouble: null,
  };
  return { witness, ...nothing, isRefused: false, failures: 0, notBeforeMs: Number.NEGATIVE_INFINITY };
}

/** What it has shown: a lie, unless the log itself has signed it. */
function take(one: Known, claim: Claim | null): void {
  if (!claim) {
    one.trouble = `the witness ${nameOf(one)} shows a checkpoint that none of our keys has signed`;
    return;
  }
  const isLarger = !one.claim || claim.checkpoint.size >= one.claim.checkpoint.size;
  if (isLarger) one.claim = claim;
  if (typeof signedBy(claim.note, one.witness.verifier) === 'string') return;
  one.cosignedSize = Math.max(one.cosignedSize ?? 0, claim.checkpoint.size);
}

function refusal(one: Known, { status }: WitnessAnswer & { readonly is: 'refused' }): string {
  return `the witness ${nameOf(one)} refuses: ${status}`;
}

/** What it does that it should not, in words. */
function troubleWith(one: Known): string | null {
  const { trouble, saidSize, claim } = one;
  if (trouble !== null || saidSize === null || saidSize <= (claim?.checkpoint.size ?? 0)) return trouble;
  return `the witness ${nameOf(one)} says that it knows a tree of ${saidSize} leaves, and does not show it`;
}

function nameOf({ witness }: Known): string {
  return witness.verifier.name;
}

function isOf(verifier: Verifier, name: string, id: Buffer): boolean {
  return name === verifier.name && id.equals(verifier.id);
}
