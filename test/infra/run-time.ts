import { createHash } from 'node:crypto';

/**
 * What a snapshot cannot know: an expression of a template whose value Azure gives when the thing is there. It is worked out here with
 * plausible values, so that what becomes of it can be read. Of the language it knows what our templates leave over.
 */
export function workedOut(value: string): string {
  if (!value.startsWith('[') || value.startsWith('[[')) return value;
  const reader = { text: value.slice(1, -1), at: 0 };
  const result = expression(reader);
  if (reader.at !== reader.text.length) throw new Error(`not understood from ${reader.at} on: ${value}`);
  return result;
}

/** The arguments of the outermost function, as they stand there. */
export function argumentsOf(value: string): readonly string[] {
  const inner = /^\[\w+\((.*)\)\]$/s.exec(value)?.[1];
  if (inner === undefined) throw new Error(`no function: ${value}`);
  const found: string[] = [];
  let depth = 0;
  let isText = false;
  let begin = 0;
  for (const [at, character] of [...inner].entries()) {
    if (character === "'") isText = !isText;
    if (isText) continue;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character !== ',' || depth > 0) continue;
    found.push(inner.slice(begin, at).trim());
    begin = at + 1;
  }
  return [...found, inner.slice(begin).trim()];
}

type Reader = { readonly text: string; at: number };

function expression(reader: Reader): string {
  const text = take(reader, /'((?:[^']|'')*)'/y);
  if (text) return text[1]!.replaceAll("''", "'");
  const call = take(reader, /(\w+)\(/y);
  if (!call) throw new Error(`neither a text nor a function at ${reader.at}: ${reader.text}`);
  const given: string[] = [];
  while (!take(reader, /\)/y)) {
    given.push(expression(reader));
    take(reader, /, /y);
  }
  const path = take(reader, /(?:\.\w+)+/y)?.[0].slice(1) ?? '';
  return resultOf(call[1]!, given, path);
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found) reader.at = pattern.lastIndex;
  return found;
}

function resultOf(name: string, given: readonly string[], path: string): string {
  if (name === 'format') return given[0]!.replaceAll(/\{(\d+)\}/g, (_all, index) => given[Number(index) + 1]!);
  if (name === 'environment') return SUFFIXES[path] ?? fault(`environment().${path}`);
  if (name === 'reference') return referred(given[0]!, path);
  return fault(`${name}()`);
}

const SUFFIXES: Readonly<Record<string, string>> = { 'suffixes.keyvaultDns': '.vault.azure.net' };

function fault(what: string): never {
  throw new Error(`nobody has said what ${what} becomes`);
}

/** Always the same for one thing, and another for each. */
function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

type Value = (name: string, id: string) => string;

/** By the kind of the resource and the property asked for, after what Azure puts there. */
const REFERRED: Readonly<Record<string, Value>> = {
  'managedEnvironments.defaultDomain': () => 'kindsea-1a2b3c4d.westeurope.azurecontainerapps.io',
  'communicationServices.hostName': (name) => `${name}.unitedstates.communication.azure.com`,
  'communicationServices.immutableResourceId': (_name, id) => guidOf(id),
  'accounts.endpoint': (name) => `https://${name}.cognitiveservices.azure.com/`,
  'storageAccounts.primaryEndpoints.table': (name) => `https://${name}.table.core.windows.net/`,
  'storageAccounts.primaryEndpoints.queue': (name) => `https://${name}.queue.core.windows.net/`,
  'storageAccounts.primaryEndpoints.blob': (name) => `https://${name}.blob.core.windows.net/`,
  'servers.fullyQualifiedDomainName': (name) => `${name}.database.windows.net`,
  'topics.endpoint': (name) => `https://${name}.westeurope-1.eventgrid.azure.net/api/events`,
  'userAssignedIdentities.clientId': (name) => guidOf(`client ${name}`),
  'communicationServices.identity.principalId': (name) => `principal of ${name}`,
  'userAssignedIdentities.principalId': (name) => `principal of ${name}`,
  'components.ConnectionString': () => INSIGHTS,
};

const INSIGHTS =
  'InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/';

function referred(id: string, path: string): string {
  const [kind = '', name = ''] = id.split('/').slice(-2);
  return (REFERRED[`${kind}.${path}`] ?? fault(`${kind}.${path}`))(name, id);
}
