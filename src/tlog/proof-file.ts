import { HASH_BYTES } from './hash.ts';

/** A proof that can be given away (C2SP tlog-proof): that a leaf stands in the tree of a checkpoint. */
export type ProofFile = {
  readonly index: number;
  readonly proof: readonly Buffer[];
  /** The checkpoint's note, to the letter. */
  readonly checkpoint: string;
  /** Whatever belongs to it; nothing vouches for it. */
  readonly extra?: Buffer;
};

const HEADER = 'c2sp.org/tlog-proof@v1';

export function formatProof({ index, proof, checkpoint, extra }: ProofFile): string {
  const lines = [HEADER, ...(extra ? [`extra ${extra.toString('base64')}`] : []), `index ${index}`];
  return `${[...lines, ...proof.map((hash) => hash.toString('base64'))].join('\n')}\n\n${checkpoint}`;
}

/** Reads a proof file; null when it is none. Nothing of it is checked. */
export function readProof(file: string): ProofFile | null {
  const read = readProofLines(file);
  if (!read) return null;
  const { siblings, ...rest } = read;
  const proof = siblings === '' ? [] : siblings.split('\n').map(readHash);
  return proof.every((hash) => hash !== null) ? { ...rest, proof } : null;
}

/** `siblings`: the lines of its hashes as they stand there, of which none is read. */
export type ProofLines = Omit<ProofFile, 'proof'> & { readonly siblings: string };

const BEGIN = /^c2sp\.org\/tlog-proof@v1\n(?:extra ([^\n]*)\n)?index (0|[1-9]\d{0,14})(?:\n|$)/;

/** The same with its hashes unread: of many proofs most are the same. */
export function readProofLines(file: string): ProofLines | null {
  const end = file.indexOf('\n\n');
  if (end < 0) return null;
  const [begin, base64, index] = BEGIN.exec(file.slice(0, end)) ?? [];
  const extra = base64 === undefined ? undefined : bytesOf(base64);
  if (begin === undefined || extra === null) return null;
  const siblings = file.slice(begin.length, end);
  return { index: Number(index), siblings, checkpoint: file.slice(end + 2), ...(extra && { extra }) };
}

/** Null for what is no hash. */
export function readHash(base64: string): Buffer | null {
  const bytes = bytesOf(base64);
  return bytes?.length === HASH_BYTES ? bytes : null;
}

/** Null for what is written otherwise than base64 is: one proof has one text. */
function bytesOf(base64: string): Buffer | null {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : null;
}
