import type { Reading } from './values.ts';

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'];
/** Half of the world writes these so. */
const IN_SMALL_LETTERS = PROXIES.map((name) => name.toLowerCase());

/** Every name that is read from the environment, by us or by Microsoft's libraries. The README's tables list the same. */
export const SETTINGS: readonly string[] = [
  ...['HOST', 'PORT', 'PUBLIC_BASE_URL', 'DATA_DIR', 'DISK_RESERVE', 'SHUTDOWN_SECONDS', 'LOG_LEVEL', 'SIMULATOR'],
  ...['TRUSTED_HOPS'],
  ...['ACS_CONNECTION_STRING', 'ACS_ENDPOINT', 'ACS_RESOURCE_ID', 'ACS_CALLER_ID', 'ACS_TOKEN_ISSUER', 'ACS_JWKS_URI'],
  ...['ACS_TEAMS_RESOURCE_ACCOUNT'],
  ...['COGNITIVE_SERVICES_ENDPOINT', 'CALLBACK_URL_ALLOW', 'CALLBACK_SECRET_KEY', 'CALLBACK_SECRET_KEY_BEFORE'],
  ...['QUESTIONNAIRE_FILE', 'CONCURRENT_CALLS', 'CALLS_PER_SECOND', 'QUEUE_HOURS_MAX', 'TIME_SCALE'],
  ...['TABLES_CONNECTION_STRING', 'TABLES_ENDPOINT', 'TABLES_PREFIX'],
  ...['QUEUE_CONNECTION_STRING', 'QUEUE_ENDPOINT', 'QUEUE_PREFIX'],
  ...['SQL_CONNECTION_STRING', 'SQL_SERVER', 'SQL_DATABASE', 'SQL_SCHEMA', 'SQL_MIGRATE'],
  ...['MEMBERS_TABLE', 'MEMBERS_ID_COLUMN', 'MEMBERS_PHONE_COLUMN', 'MEMBERS_NAME_COLUMN'],
  ...['MEMBERS_TIME_ZONE_COLUMN', 'MEMBERS_INDEX', 'MEMBERS_CREATE'],
  ...['CHECKPOINT_EVERY', 'CHECKPOINT_DIR', 'CHECKPOINT_CONTAINER_URL', 'CHECKPOINT_KEY', 'CHECKPOINT_ORIGIN'],
  ...['CHECKPOINT_WITNESSES', 'API_KEYS_FILE', 'STAFF_NAMES_FILE', 'CALLISTRA_API_KEY'],
  ...['ENTRA_TENANT_ID', 'ENTRA_AUDIENCE', 'ENTRA_AUTHORITY', 'ENTRA_CLIENT_ID', 'ENTRA_CLIENT_SECRET'],
  ...['SESSION_KEY', 'SESSION_KEY_BEFORE', 'SESSION_IDLE_MINUTES'],
  ...['EVENT_GRID_SUBSCRIPTIONS', 'EVENT_GRID_AUDIENCE', 'EVENT_GRID_SECRET', 'EVENT_GRID_SECRET_IN_URL'],
  ...['EVENT_GRID_TOPIC_ENDPOINT', 'EVENT_GRID_TOPIC_KEY', 'APPLICATIONINSIGHTS_CONNECTION_STRING'],
  ...['APPLICATIONINSIGHTS_AUTHENTICATION_STRING'],
  ...PROXIES,
  ...['IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'IMDS_ENDPOINT', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'],
  ...['AZURE_CLIENT_ID', 'AZURE_TOKEN_CREDENTIALS', 'APPLICATION_INSIGHTS_NO_STATSBEAT'],
];

/** Beginnings that nobody else's variables have for sure. `LOG_`, `DATA_` and the like belong to many. */
const PREFIXES = /^(?:ACS|CALLBACK|CALLISTRA|CALLS|CHECKPOINT|COGNITIVE_SERVICES|CONCURRENT|ENTRA|EVENT_GRID|MEMBERS)_/;
const MORE_PREFIXES = /^(?:QUESTIONNAIRE|QUEUE|SIMULATOR|SQL|STAFF|TABLES)_/;

/** Words as short as `HOST` are one letter away from many that others set; they are warned of. */
const LONG = 6;

/** A name, and whether it is known; null: it is, or nobody knows whose it is. */
type Oddity = { readonly verdict: 'wrong' | 'odd'; readonly words: string };

/**
 * Looks for names that are meant for us and read by nobody: one letter off is a problem, an unknown name under one of our
 * beginnings a warning. What they hold is not told.
 */
export function checkSpelling(
  env: Readonly<Record<string, string | undefined>>,
  { problems, warnings }: Pick<Reading, 'problems' | 'warnings'>,
): void {
  for (const [name, value] of Object.entries(env)) {
    // An empty setting is as good as none.
    const oddity = value?.trim() ? oddityOf(name, env) : null;
    if (oddity) (oddity.verdict === 'wrong' ? problems : warnings).push(oddity.words);
  }
}

function oddityOf(name: string, env: Readonly<Record<string, string | undefined>>): Oddity | null {
  if (SETTINGS.includes(name) || IN_SMALL_LETTERS.includes(name)) return null;
  const upper = name.toUpperCase();
  const meant = SETTINGS.includes(upper) ? upper : SETTINGS.find((known) => isOneEditAway(upper, known));
  // Windows knows no case: there the setting is read under both names.
  if (meant === upper && env[meant] !== undefined) return null;
  if (meant !== undefined && meant.length >= LONG)
    return { verdict: 'wrong', words: `${name}: no such setting; ${meant} is meant` };
  if (meant !== undefined && name === upper)
    return { verdict: 'odd', words: `${name}: no such setting; if ${meant} is meant, it is not set` };
  if (PREFIXES.test(name) || MORE_PREFIXES.test(name))
    return { verdict: 'odd', words: `${name}: no such setting, it is not read` };
  return null;
}

/** One letter more, less or another, or two neighbours exchanged. */
export function isOneEditAway(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  let at = 0;
  while (at < short.length && long[at] === short[at]) at += 1;
  if (long.length > short.length) return long.slice(at + 1) === short.slice(at);
  if (long.slice(at + 1) === short.slice(at + 1)) return true;
  return long[at] === short[at + 1] && long[at + 1] === short[at] && long.slice(at + 2) === short.slice(at + 2);
}
