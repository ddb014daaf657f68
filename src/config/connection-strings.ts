import { isLoopbackHost } from '../base/loopback.ts';
import { parseUrl, type Reading } from './values.ts';

/** `name=value` pairs with semicolons between, names in small letters without blanks. Values may hold `=`. */
export function pairsIn(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(';').flatMap((pair): [string, string][] => {
    const [, name, value] = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase().replaceAll(' ', ''), value]];
  });
  return new Map(pairs);
}

/** Whether nothing can be overheard on the way there. */
export function isSafeAddress(text: string): boolean {
  const url = parseUrl(text);
  if (!url || url.hostname === '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}

/** Checks what no resource of ACS could be reached with; what it holds is not told. */
export function checkAcsString({ problems }: Reading, text: string): void {
  const pairs = pairsIn(text);
  if (!pairs.get('endpoint') || !pairs.get('accesskey'))
    problems.push('ACS_CONNECTION_STRING: must be endpoint=https://NAME.communication.azure.com/;accesskey=KEY');
  else if (!isSafeAddress(pairs.get('endpoint')!))
    problems.push('ACS_CONNECTION_STRING: its endpoint must be an https address');
}

/** The same of a storage account. @param service `table` or `queue` */
export function checkStorageString({ problems }: Reading, name: string, service: string, text: string): void {
  const pairs = pairsIn(text);
  if (pairs.get('usedevelopmentstorage')?.toLowerCase() === 'true') return;
  const endpoint = pairs.get(`${service}endpoint`);
  const hasKey = pairs.has('accountname') && pairs.has('accountkey');
  const hasSignature = pairs.has('sharedaccesssignature') && (endpoint !== undefined || pairs.has('accountname'));
  if (!hasKey && !hasSignature)
    problems.push(`${name}: must hold AccountName and AccountKey, or SharedAccessSignature, as the portal shows it`);
  const isPlain = endpoint === undefined && pairs.get('defaultendpointsprotocol')?.toLowerCase() === 'http';
  if (isPlain || (endpoint !== undefined && !isSafeAddress(endpoint)))
    problems.push(`${name}: must say https; http is for this machine only`);
}

const SERVER_NAMES = ['server', 'datasource', 'addr', 'address', 'networkaddress'];

/** The same of a database. Numbers and answers of members go over that wire. */
export function checkSqlString({ problems, warnings }: Reading, text: string): void {
  const pairs = pairsIn(text);
  const server = SERVER_NAMES.map((name) => pairs.get(name)).find(Boolean);
  if (server === undefined) problems.push('SQL_CONNECTION_STRING: must name a server: Server=HOST;Database=NAME;…');
  if (/^(?:false|no|0|optional)$/i.test(pairs.get('encrypt') ?? ''))
    problems.push('SQL_CONNECTION_STRING: Encrypt must be true; members’ data is not sent in the clear');
  const host = server?.replace(/^tcp:/i, '').split(/[,\\]/)[0] ?? '';
  if (/^(?:true|yes|1)$/i.test(pairs.get('trustservercertificate') ?? '') && !isLoopbackHost(host))
    warnings.push('SQL_CONNECTION_STRING: TrustServerCertificate takes whoever answers for the server');
}

/** The same of Application Insights. */
export function checkInsightsString({ problems }: Reading, text: string): void {
  const pairs = pairsIn(text);
  const endpoint = pairs.get('ingestionendpoint');
  if (!pairs.get('instrumentationkey'))
    problems.push('APPLICATIONINSIGHTS_CONNECTION_STRING: must hold InstrumentationKey=…, as the portal shows it');
  if (endpoint !== undefined && !isSafeAddress(endpoint))
    problems.push('APPLICATIONINSIGHTS_CONNECTION_STRING: its IngestionEndpoint must be an https address');
}
