import { styleText } from 'node:util';

export type Style = 'bold' | 'green' | 'red' | 'cyan';

/** Where commands write: standard output for results, standard error for everything else. */
export type Output = {
  line(text?: string): void;
  note(text: string): void;
  json(value: unknown): void;
  /** Redraws one line on a terminal; says nothing elsewhere. */
  progress(text: string): void;
  /** Absent: standard output takes no colours. */
  readonly paint?: (style: Style, text: string) => string;
};

/** A text in colour, where standard output has it. */
export function painted({ paint }: Output, style: Style, text: string): string {
  return paint ? paint(style, text) : text;
}

/** What of a terminal must be known. */
type Stream = Pick<NodeJS.WriteStream, 'write' | 'on'> & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'hasColors'>>;

/** @param stdout others than this process's for tests */
export function createOutput(stdout: Stream = process.stdout): Output {
  const terminal = process.stderr.isTTY === true;
  // Whoever reads the output may stop early (`| head`); that is no failure of the command.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    line: (text = '') => void stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    progress: (text) => void (terminal && process.stderr.write(`\r\u001b[2K${text}`)),
    // A terminal knows itself whether it has colours, and that NO_COLOR and FORCE_COLOR say otherwise.
    ...(stdout.isTTY && stdout.hasColors?.() && { paint: (style, text) => styleText(style, text, PLAIN) }),
  };
}

const PLAIN = { validateStream: false } as const;

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
