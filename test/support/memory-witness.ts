import { CheckpointError } from '../../src/audit/checkpoints/errors.ts';
import type { Witness, WitnessAnswer } from '../../src/audit/checkpoints/ports.ts';
import { readCheckpoint } from '../../src/tlog/checkpoint.ts';
import { COSIGNATURE, signerOf } from '../../src/tlog/keys.ts';
import { cosignText, formatNote, type Note, readNote } from '../../src/tlog/note.ts';
import { isConsistent } from '../../src/tlog/prove.ts';

/** `lags`: shows what it signed first. `hangs`: never answers. `lies`: signs what does not hold. `claims`: knows more, it says. */
export type WitnessMood = 'honest' | 'away' | 'hangs' | 'lags' | 'lies' | 'refuses' | 'claims';

export type MemoryWitness = Witness & {
  mood: WitnessMood;
  /** The notes that it has signed, by origin, oldest first. */
  readonly signed: Map<string, string[]>;
  asked: number;
};

const SECONDS = 1_772_463_600;

export function memoryWitness(name = 'witness.example/w1', seed: Uint8Array = Buffer.alloc(32, 9)): MemoryWitness {
  const signer = signerOf(name, seed, COSIGNATURE);
  const signed = new Map<string, string[]>();
  const sizeOf = (note: string | undefined) => readCheckpoint(readNote(note ?? '')?.text ?? '') ?? null;
  const witness: MemoryWitness = {
    verifier: signer,
    mood: 'honest',
    signed,
    asked: 0,
    async latest(origin) {
      await answer();
      return signed.get(origin)?.at(witness.mood === 'lags' ? 0 : -1) ?? null;
    },
    async cosign(text, old, proof): Promise<WitnessAnswer> {
      witness.asked += 1;
      await answer();
      const note = readNote(text) as Note;
      const checkpoint = readCheckpoint(note.text)!;
      if (witness.mood === 'refuses') return { is: 'refused', status: 422 };
      if (witness.mood === 'claims') return { is: 'elsewhere', size: checkpoint.size + 7 };
      const known = sizeOf(signed.get(checkpoint.origin)?.at(-1));
      if (old !== (known?.size ?? 0)) return { is: 'elsewhere', size: known?.size ?? 0 };
      if (known && !isConsistent(known, checkpoint, proof)) return { is: 'refused', status: 422 };
      const line = cosignText(witness.mood === 'lies' ? `${note.text}more\n` : note.text, signer, SECONDS);
      const cosigned = formatNote({ text: note.text, signatures: [...note.signatures, line] });
      signed.set(checkpoint.origin, [...(signed.get(checkpoint.origin) ?? []), cosigned]);
      return { is: 'cosigned', lines: formatNote({ text: '', signatures: [line] }).slice(1) };
    },
  };
  return witness;

  async function answer(): Promise<void> {
    if (witness.mood === 'hangs') await new Promise(() => {});
    if (witness.mood === 'away') throw new CheckpointError('CHECKPOINT_WITNESS_UNAVAILABLE', 'nobody answers');
  }
}
