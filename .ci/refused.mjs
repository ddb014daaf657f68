// Asks one Bicep process for a snapshot of each file of parameters that must be refused, and for the sentence that the file names: a
// process of its own for each would take six seconds of processor.
//   node .ci/refused.mjs CLI FOLDER
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [cli, folder] = process.argv.slice(2);
const place = {
  tenantId: '11111111-1111-4111-8111-111111111111',
  subscriptionId: '22222222-2222-4222-8222-222222222222',
  resourceGroup: 'rg-callistra-prod',
  location: 'westeurope',
};

const bicep = spawn(cli, ['jsonrpc', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
bicep.once('exit', () => {
  process.stderr.write('bicep: the compiler ended in the middle\n');
  process.exit(1);
});

let received = Buffer.alloc(0);
let answered = () => {};
bicep.stdout.on('data', (bytes) => {
  received = Buffer.concat([received, bytes]);
  const head = received.indexOf('\r\n\r\n');
  const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, Math.max(head, 0)).toString())?.[1]);
  if (head < 0 || received.length < head + 4 + length) return;
  const message = JSON.parse(received.subarray(head + 4, head + 4 + length).toString());
  received = received.subarray(head + 4 + length);
  answered(message);
});

/** Why the parameters are refused, in Bicep's words; null: they are not. */
async function refusalOf(path, id) {
  const answer = new Promise((resolve) => {
    answered = resolve;
  });
  const request = JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'bicep/getSnapshot',
    params: { path, metadata: place },
  });
  bicep.stdin.write(`Content-Length: ${Buffer.byteLength(request)}\r\n\r\n${request}`);
  const { error } = await answer;
  return error ? (error.data?.message ?? error.message) : null;
}

const files = readdirSync(folder).filter((name) => name.endsWith('.bicepparam'));
let faults = 0;
for (const [index, file] of files.entries()) {
  const sentence = /^\/\/ Refused: (.+)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1];
  const refusal = await refusalOf(resolve(folder, file), index + 1);
  if (sentence && refusal?.includes(sentence)) continue;
  faults += 1;
  const found = refusal === null ? 'it is not refused' : `it is refused, and not because of "${sentence}": ${refusal}`;
  process.stderr.write(`bicep: refused/${file}: ${found}\n`);
}
process.exit(faults > 0 || files.length === 0 ? 1 : 0);
