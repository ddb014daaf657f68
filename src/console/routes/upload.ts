import type { FastifyRequest } from 'fastify';
import { IMPORT_BYTES } from '../../http/api/member-changes.ts';

/** A file that a form sent, with its other fields. */
export type Upload = {
  /** As the browser calls it. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly fields: Readonly<Record<string, string>>;
};

/** A file of this kind has its own limit; of what else stands in the form there is little. */
export const UPLOAD_LIMITS = { fileSize: IMPORT_BYTES, files: 1, fields: 4, fieldSize: 1_000, parts: 5 };

/** Null: no file was chosen. `too-large`: it was not read to its end. */
export async function uploadOf(request: FastifyRequest): Promise<Upload | 'too-large' | null> {
  const fields: Record<string, string> = {};
  let file: Pick<Upload, 'name' | 'bytes'> | null = null;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') file = { name: part.filename, bytes: await part.toBuffer() };
      else fields[part.fieldname] = String(part.value);
    }
  } catch (error) {
    if (isTooLarge(error)) return 'too-large';
    throw error;
  }
  return file && file.bytes.length > 0 ? { ...file, fields } : null;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 413;
}
