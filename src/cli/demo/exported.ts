import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { checkExport } from '../../audit/export/check/check.ts';
import { EXPORT_FINDING_WORDS, type ExportCheck } from '../../audit/export/check/findings.ts';
import { keysAt } from '../../composition/checkpoint-keys.ts';
import type { Config } from '../../config/config.ts';
import { writeNew } from '../../files/private.ts';
import { type AskRaw, createAskRaw, jsonOf } from '../api-client.ts';
import type { Proven } from './evidence.ts';
import { otherKey } from './forgery.ts';

type Deed = {
  readonly config: Config;
  readonly url: string;
  readonly callSessionId: string;
  /** A new file. */
  readonly file: string;
};

/** `reasons`: why a forged copy is refused, in words. */
export type Exported = { readonly proven: readonly Proven[]; readonly reasons: readonly string[] };

/** Exports a call through the server, checks the file alone, and then a copy in which an answer is another. */
export async function exportAndForge({ config, url, callSessionId, file }: Deed): Promise<Exported> {
  writeNew(file, await exported(createAskRaw(url, undefined, {}), callSessionId));
  const honest = await checked(config, file);
  const forgedFile = `${file}.forged`;
  const [before, forged] = await forge(file);
  writeNew(forgedFile, forged);
  const found = await checked(config, forgedFile);
  return {
    proven: [
      {
        text: `an export of that call, checked without server, log or network: ${honest.findingCount} findings`,
        ok: honest.findingCount === 0 && honest.totals.calls === 1,
      },
      {
        text: `an answer changed in a copy of it: ${found.findingCount} findings, it is refused`,
        ok: before !== forged && found.findingCount > 0,
      },
    ],
    reasons: found.findings.map(({ line, kind }) => `line ${line}: ${EXPORT_FINDING_WORDS[kind]}`),
  };
}

/** One call fits into one part: the last line comes with the first answer. @throws ApiError */
async function exported(ask: AskRaw, callSessionId: string): Promise<string> {
  const body = { callSessionId, recipient: { name: 'The auditor' }, purpose: 'HOPERAT' };
  const begun = await ask('/api/audit/exports', posted(body));
  const { exportId, firstLine } = await jsonOf<{ exportId: string; firstLine: string }>(begun);
  const { note: after } = JSON.parse(firstLine) as { note: string };
  const parts = await ask(`/api/audit/exports/${exportId}/parts`, posted({ after }));
  return firstLine + (await parts.text());
}

function posted(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function forge(file: string): Promise<readonly [string, string]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  let pressed = 0;
  const forged = lines.map((line) => {
    const other = otherKey(line);
    if (other !== line) pressed += 1;
    // The first key that is pressed says only that a person is there.
    return other !== line && pressed === 2 ? other : line;
  });
  return [lines.join('\n'), forged.join('\n')];
}

async function checked(config: Config, file: string): Promise<ExportCheck> {
  const [key] = keysAt(config).signers ?? [];
  if (!key) throw new Error('the demonstration has a key of its own');
  return checkExport(createReadStream(file), { key, witnesses: [], quorum: 0 });
}
