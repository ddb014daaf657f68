/**
 * A line of CSV (RFC 4180). What a spreadsheet would take for a formula (OWASP, "CSV Injection") is made a text by an
 * apostrophe. Files of members have cells of their own: those are imported again.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
