import { randomUUID } from 'node:crypto';
import { createApiClient, explainApiError, type ShownCall } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';

export type CallOptions = {
  readonly url: string;
  readonly idempotencyKey?: string;
  readonly apiKey?: string | undefined;
  readonly json: boolean;
};

const POLL_MS = 250;

/** Initiates one call and prints what becomes of it until it has ended. */
export async function call(memberId: string, options: CallOptions, output: Output): Promise<ExitCode> {
  const client = createApiClient(options.url, options.apiKey);
  try {
    const id = await client.initiate(memberId, options.idempotencyKey ?? randomUUID());
    for (let shown = ''; ; ) {
      const state = await client.status(id);
      const text = options.json ? JSON.stringify(state) : line(state);
      if (text !== shown) output.line(text);
      shown = text;
      if (state.disposition !== null) return EXIT.ok;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } catch (error) {
    return explainApiError(error, options.url, output);
  }
}

function line({ callSessionId, status, disposition, responses }: ShownCall): string {
  const answers = responses.map(({ questionNumber, response }) => `${questionNumber}:${response}`).join(' ');
  return [callSessionId, status, disposition ?? '...', answers].filter(Boolean).join('  ');
}
