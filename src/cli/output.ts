/** Where commands write: standard output for results, standard error for everything else. */
export type Output = {
  line(text?: string): void;
  note(text: string): void;
  json(value: unknown): void;
  /** Redraws one line on a terminal; says nothing elsewhere. */
  progress(text: string): void;
};

export function createOutput(): Output {
  const terminal = process.stderr.isTTY === true;
  // Whoever reads the output may stop early (`| head`); that is no failure of the command.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    line: (text = '') => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    json: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    progress: (text) => void (terminal && process.stderr.write(`\r\u001b[2K${text}`)),
  };
}

/** A table of text with aligned columns. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
