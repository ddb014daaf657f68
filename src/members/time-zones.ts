/** Regions whose zones follow a place's clock. Not `Etc/GMT+5`, whose sign means the opposite of what people take it for. */
const OF_A_PLACE =
  /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Europe|Indian|Mexico|Pacific|US)\/[A-Za-z0-9_+/-]+$/i;

/**
 * Names without a region. Abbreviations are not among them: AST, BST, CST and IST each mean several zones, EST and MST
 * leave out summer.
 */
const OTHERS: ReadonlySet<string> = new Set([
  ...['UTC', 'Etc/UTC', 'Cuba', 'Egypt', 'Eire', 'GB', 'GB-Eire', 'Hongkong', 'Iceland', 'Iran', 'Israel', 'Jamaica'],
  ...['Japan', 'Kwajalein', 'Libya', 'NZ', 'NZ-CHAT', 'Navajo', 'PRC', 'Poland', 'Portugal', 'ROC', 'ROK', 'Singapore'],
  ...['Turkey', 'W-SU'],
]);

const SPELLINGS = new Map(Intl.supportedValuesOf('timeZone').map((name) => [name.toLowerCase(), name]));

// Making a formatter costs a hundred times more than checking a line, and a plan has few time zones.
const known = new Map<string, string | null>();
const REMEMBERED = 1_000;

/** A time zone of the IANA database as it is spelt there; null for what is none, or not the clock of a place. */
export function ianaZone(name: string): string | null {
  const before = known.get(name);
  if (before !== undefined) return before;
  const isNamedSo = OF_A_PLACE.test(name) || OTHERS.has(name);
  const zone = isNamedSo && intlKnows(name) ? (SPELLINGS.get(name.toLowerCase()) ?? name) : null;
  if (known.size < REMEMBERED) known.set(name, zone);
  return zone;
}

function intlKnows(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
