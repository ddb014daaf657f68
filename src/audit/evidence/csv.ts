type Cell = string | number | null;

/** A table as CSV (RFC 4180). A cell that a spreadsheet would take for a formula has an apostrophe before it. */
export function csvOf(head: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [head, ...rows].map((row) => row.map(cellOf).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}

function cellOf(value: Cell): string {
  const text = value === null ? '' : String(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
