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

/** A table that comes in parts: its columns are as wide as those of the first, wider where a later one needs it. */
export function growingTable(head: readonly string[]): (rows: readonly (readonly string[])[]) => string {
  let widths: readonly number[] | null = null;
  return (rows) => {
    const isFirst = widths === null;
    const known = widths ?? head.map((title) => title.length);
    const wide = known.map((width, column) =>
      rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), width),
    );
    widths = wide;
    const rule = wide.map((width) => '-'.repeat(width));
    return (isFirst ? [head, rule, ...rows] : rows).map((cells) => aligned(cells, wide)).join('\n');
  };
}

/** A table of text with aligned columns. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return growingTable(head)(rows);
}

function aligned(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd();
}
