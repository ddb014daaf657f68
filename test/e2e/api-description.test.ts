import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { generateSource } from 'oazapfts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Document, Operation, Parameter } from '../http/openapi/description.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';
import { type Person, type Rig, startRig } from './rig.ts';

const run = promisify(execFile);
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

// One for the examples, who has no open call from another test.
const PEOPLE: readonly Person[] = ['M-1001', 'M-1002'].map((memberId) => ({ behaviour: 'answers-all', memberId }));

/** `/docs/json` of a whole server, which knows two members of the demo's. */
type Context = { rig: Rig; folder: TempDir; document: Document };

const test = suite<Context>('the description of the API');
test.before(async (context) => {
  context.rig = await startRig({ people: PEOPLE });
  context.folder = await tempDir('openapi');
  const text = await (await fetch(`${context.rig.url}/docs/json`)).text();
  context.document = JSON.parse(text);
  await writeFile(context.folder.file('openapi.json'), text);
});
test.after(async ({ rig, folder }) => {
  await rig.close();
  await folder.remove();
});

test('a linter of descriptions finds no fault in it', async ({ folder }) => {
  // Its other rules are all of the recommended ones. Our addresses are older than it, and our router takes the literal first.
  const rules = ['--extends=recommended', '--skip-rule=no-ambiguous-paths', '--format=json'];
  const cli = join(MODULES, '@redocly/cli/bin/cli.js');
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const { stdout } = await run(process.execPath, [cli, 'lint', 'openapi.json', ...rules], {
    cwd: folder.path,
    env,
  }).catch((failed) => failed as { stdout: string });
  const { totals, problems } = JSON.parse(stdout.slice(stdout.indexOf('{')));
  assert.equal(
    problems.map(({ ruleId, message }: { ruleId: string; message: string }) => `${ruleId}: ${message}`),
    [],
  );
  assert.equal([totals.errors, totals.warnings], [0, 0]);
});

/** What somebody writes who has generated a client; it must not compile where a code is not one of those declared. */
const PROGRAM = `
import { defaults, getCallStatus, initiateCall, type Disposition } from './client.js';

export async function use(baseUrl: string) {
  defaults.baseUrl = baseUrl;
  const begun = await initiateCall('M-1002', undefined, { idempotencyKey: 'first' });
  if (begun.status !== 202) throw new Error(begun.data.code);
  const location: string | null = begun.headers.get('location');
  const shown = await getCallStatus(begun.data.callSessionId, { xRequestId: 'mine-1' });
  if (shown.status !== 200) throw new Error(shown.data.title);
  const disposition: Disposition | null = shown.data.disposition;
  const nobody = await initiateCall('M-9999');
  if (nobody.status !== 404) throw new Error('a member that nobody knows is called');
  const code: 'MEMBER_NOT_FOUND' = nobody.data.code;
  // @ts-expect-error: a call that has ended is no answer of 404
  const other: 'CALL_ENDED' = nobody.data.code;
  return { location, disposition, other, callSessionId: begun.data.callSessionId, memberId: shown.data.memberId, code };
}
`;

test('a generated client compiles, and goes on from an error by its code', async ({ rig, folder }) => {
  await symlink(MODULES, folder.file('node_modules'));
  await writeFile(folder.file('client.ts'), await generateSource(folder.file('openapi.json')));
  await writeFile(folder.file('program.ts'), PROGRAM);
  await writeFile(folder.file('package.json'), '{"type":"module"}');
  const options = ['--strict', '--skipLibCheck', '--target', 'es2023', '--module', 'nodenext', '--types', 'node'];
  const tsc = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc');
  const compiled = await run(process.execPath, [tsc, 'program.ts', ...options], { cwd: folder.path }).catch(
    (failed) => failed as { stdout: string },
  );
  assert.is(compiled.stdout, '');
  assert.match(await readFile(folder.file('client.ts'), 'utf8'), 'export type Problem = ');

  const { use } = await import(pathToFileURL(folder.file('program.js')).href);
  const { callSessionId, location, memberId, code } = await use(rig.url);
  assert.is(location, `/api/calls/status/${callSessionId}`);
  assert.equal([memberId, code], ['M-1002', 'MEMBER_NOT_FOUND']);
});

/** Examples that name what somebody must have made before. */
const OF_ANOTHER: Readonly<Record<string, string>> = {
  getCallStatus: 'CALL_NOT_FOUND',
  cancelCall: 'CALL_NOT_FOUND',
  checkCall: 'CALL_NOT_FOUND',
  closeCall: 'CALL_NOT_FOUND',
  replayCall: 'CALL_NOT_FOUND',
  releaseFromQuarantine: 'NOT_IN_QUARANTINE',
  discardFromQuarantine: 'NOT_IN_QUARANTINE',
  continueExport: 'EXPORT_NOT_FOUND',
  getExport: 'EXPORT_NOT_FOUND',
  checkCallAgainstLog: 'CALL_NOT_FOUND',
  getProofOfCall: 'PROOF_NOT_FOUND',
  getQuestionnaire: 'QUESTIONNAIRE_NOT_FOUND',
  rehearseQuestionnaire: 'QUESTIONNAIRE_NOT_FOUND',
};

test('every example works as it is, or says what must be there before', async ({ rig, document }) => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  // Whoever is removed cannot be called.
  operations.sort((one, other) => Number(one.method === 'delete') - Number(other.method === 'delete'));
  const told: string[] = [];
  for (const { method, path, operation } of operations) {
    if (operation.tags?.includes('callbacks')) continue;
    const response = await fetch(...requestOf(rig.url, { method, path, operation, document }));
    const text = await response.text();
    const { operationId = '' } = operation;
    const wanted = OF_ANOTHER[operationId] ?? '2xx';
    const got = response.ok ? '2xx' : JSON.parse(text).code;
    if (got !== wanted) told.push(`${operationId}: ${response.status} ${text}`);
  }
  assert.equal(told, []);
});

type Tried = { method: string; path: string; operation: Operation; document: Document };

/** As the page of the description sends it: with every example that there is, and nothing else. */
function requestOf(url: string, { method, path, operation, document }: Tried): [string, RequestInit] {
  const parameters = (operation.parameters ?? []).map((each) =>
    '$ref' in each ? document.components.parameters[each.$ref.split('/').at(-1)!]! : each,
  );
  const given = (where: string): [string, string][] =>
    parameters.flatMap(({ name, in: place, example }: Parameter) =>
      place === where && example !== undefined ? [[name, `${example}`]] : [],
    );
  let address = path;
  for (const [name, value] of given('path')) address = address.replace(`{${name}}`, encodeURIComponent(value));
  const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const body = media && (typeof media.example === 'string' ? media.example : JSON.stringify(media.example));
  const headers = { ...Object.fromEntries(given('header')), ...(type && { 'content-type': type }) };
  return [
    `${url}${address}?${new URLSearchParams(given('query'))}`,
    { method: method.toUpperCase(), headers, ...(body !== undefined && { body }) },
  ];
}

test.run();
