import { createHash } from 'node:crypto';
import { CheckpointError } from '../../audit/checkpoints/errors.ts';
import type { Witness, WitnessAnswer } from '../../audit/checkpoints/ports.ts';
import { AnswerError, ask, bytesWithin } from '../../net/ask.ts';
import type { Verifier } from '../../tlog/keys.ts';
import { formatNote, readNote, signedBy } from '../../tlog/note.ts';

/** Where a witness is, and the key by which its signatures are known. */
export type WitnessAddress = { readonly url: string; readonly verifier: Verifier };

export type WitnessOptions = {
  /** An answer that takes longer is none; default 10,000. */
  readonly timeLimitMs?: number;
};

const TIME_LIMIT_MS = 10_000;
/** A checkpoint with all its signatures is of some hundred bytes. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** A witness that is reached over HTTP (C2SP tlog-witness). What it answers is not believed without its signature. */
export function createWitness({ url, verifier }: WitnessAddress, options: WitnessOptions = {}): Witness {
  const { timeLimitMs = TIME_LIMIT_MS } = options;
  const prefix = url.replace(/\/+$/, '');

  const answerTo = async (path: string, init: RequestInit): Promise<Answer> => {
    try {
      const signal = AbortSignal.timeout(timeLimitMs);
      const response = await ask(`${prefix}${path}`, { ...init, signal });
      return { status: response.status, text: await textOf(response) };
    } catch (error) {
      throw unavailable(verifier, isTimeout(error) ? 'it did not answer in time' : 'it cannot be reached');
    }
  };

  return {
    verifier,
    async latest(origin) {
      const name = createHash('sha256').update(origin).digest('hex');
      const { status, text } = await answerTo(`/${name}/checkpoint`, {});
      if (status === 404) return null;
      if (status !== 200 || text === null) throw unavailable(verifier, `it answered ${status}`);
      return text;
    },
    async cosign(note, old, proof) {
      const lines = [`old ${old}`, ...proof.map((hash) => hash.toString('base64')), ''];
      const body = Buffer.from(`${lines.join('\n')}\n${note}`);
      const headers = { 'content-type': 'text/plain; charset=utf-8' };
      return meaning(note, verifier, await answerTo('/add-checkpoint', { method: 'POST', headers, body }));
    },
  };
}

/** `text`: null when it is too long, or no UTF-8. */
type Answer = { readonly status: number; readonly text: string | null };

function meaning(note: string, verifier: Verifier, { status, text }: Answer): WitnessAnswer {
  if (status === 200) return { is: 'cosigned', lines: linesOf(note, verifier, text) };
  const size = /^(0|[1-9]\d{0,14})\n?$/.exec(text ?? '')?.[1];
  if (status === 409 && size !== undefined) return { is: 'elsewhere', size: Number(size) };
  // Nothing was said about the checkpoint: it can be shown again as it is.
  const isPassing = status < 400 || status >= 500 || status === 408 || status === 429;
  if (isPassing) throw unavailable(verifier, `it answered ${status}`);
  return { is: 'refused', status };
}

/** Its own lines alone: what else it may have written goes under no note of ours. */
function linesOf(note: string, verifier: Verifier, text: string | null): string {
  const answered = text === null ? null : readNote(`${textOfNote(note)}\n${text}`);
  if (!answered) throw unavailable(verifier, 'it answered with what are no signatures');
  const signed = signedBy(answered, verifier);
  if (signed === 'unsigned' || signed === 'false') throw unavailable(verifier, 'it has not signed what it was shown');
  const own = answered.signatures.filter(({ name, id }) => name === verifier.name && id.equals(verifier.id));
  return formatNote({ text: '', signatures: own.slice(0, 1) }).slice(1);
}

function textOfNote(note: string): string {
  return readNote(note)?.text ?? note;
}

async function textOf(response: Response): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await bytesWithin(response, ANSWER_BYTES_MAX));
  } catch (error) {
    if (error instanceof AnswerError || error instanceof TypeError) return null;
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function unavailable({ name }: Verifier, what: string): CheckpointError {
  return new CheckpointError('CHECKPOINT_WITNESS_UNAVAILABLE', `the witness ${name} cannot be asked: ${what}`);
}
