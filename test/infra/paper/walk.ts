import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MAIN, programOf } from '../../support/program.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { OUTPUTS } from './deployed.ts';
import { type Line, scriptFor } from './script.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const SECRET = 'https://plan-vault.vault.azure.net/secrets/x/';

/** What Azure would say, by the words of the command and its `--query`; several answers come one after the other. */
const ANSWERS: readonly (readonly [command: string, query: string, ...answers: string[]])[] = [
  ['account show', 'tenantId', ID],
  ['account show', 'id', ID],
  ['account get-access-token', 'accessToken', 'a-token'],
  ['ad signed-in-user show', 'id', ID],
  ['ad app create', 'appId', ID],
  ['ad sp show', 'id', ID],
  ['ad sp create', 'id', ID],
  ['ad group create', 'id', ID],
  ['keyvault show', 'id', '/subscriptions/s/vaults/plan-vault'],
  ['keyvault secret set', 'id', ...['1', '2', '3', '4'].map((digit) => `${SECRET}${digit.repeat(32)}`)],
  ['keyvault secret show', 'value', 'k'.repeat(64)],
  ['communication show', 'id', '/subscriptions/s/communicationServices/plan-acs'],
  ['communication show', 'hostName', 'plan-acs.europe.communication.azure.com'],
  ['communication show', 'immutableResourceId', ID],
  ['containerapp job start', 'name', 'caj-calls-prod-migrate-abcdefg'],
  ['containerapp job execution show', 'properties.status', 'Unknown', 'Running', 'Succeeded'],
  ['storage account show', 'id', '/subscriptions/s/storageAccounts/callsst'],
  ['storage account show', 'primaryEndpoints.table', 'https://callsst.table.core.windows.net/'],
  ['storage container immutability-policy show', 'etag', '"8d"'],
  ['monitor log-analytics workspace show', 'customerId', ID],
  ...Object.entries(OUTPUTS).map(
    ([name, value]) => ['deployment group show', `properties.outputs.${name}.value`, value] as const,
  ),
];

/** What came of a walk through the paper. */
export type Walk = {
  readonly code: number;
  readonly errors: string;
  /** What each program was asked, word for word. */
  calls(program: 'az' | 'sqlcmd' | 'curl' | 'npm'): Promise<string[][]>;
  /** The file of parameters at each deployment. */
  deployed(): Promise<string[]>;
  file(name: string): Promise<string>;
  remove(): Promise<void>;
};

/** Goes through the paper in a folder of its own, in one shell. @param change what somebody would type otherwise */
export async function walk(line: Line, change: (script: string) => string = (script) => script): Promise<Walk> {
  const dir = await tempDir('paper');
  await mkdir(dir.file('infra/bicep'), { recursive: true });
  await mkdir(dir.file('recorded'));
  const lines = ANSWERS.flatMap(([command, query, ...answers]) =>
    answers.map((answer) => `${command}|${query}\t${answer}\n`),
  );
  await writeFile(dir.file('answers'), lines.join(''));
  await writeFile(dir.file('walk.sh'), change(scriptFor(line)));
  const env = {
    PATH: `${fileURLToPath(new URL('bin', import.meta.url))}:${process.env['PATH']}`,
    HOME: dir.path,
    RECORDED: dir.file('recorded'),
    ANSWERS: dir.file('answers'),
    CALLISTRA: [process.execPath, ...programOf(MAIN)].join('\n'),
  };
  const shell = spawn('bash', ['walk.sh'], { cwd: dir.path, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise<number>((resolve) => shell.on('close', (ended) => resolve(ended ?? -1)));
  const recorded = async (name: string): Promise<string[]> => {
    const text = await readFile(dir.file(`recorded/${name}`), 'utf8').catch(() => '');
    return text.split('\x1e').filter((part) => part.trim() !== '');
  };
  return {
    code,
    errors,
    calls: async (program) => (await recorded(program)).map((call) => call.split('\x1f').slice(0, -1)),
    deployed: () => recorded('deployed'),
    file: (name) => readFile(dir.file(name), 'utf8'),
    remove: dir.remove,
  };
}
