import pino, { type Logger } from 'pino';

/** The lines of the process, one JSON object each, times as ISO 8601: for whatever collects them. */
export function jsonLogger(level: string): Logger {
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime });
}

/**
 * The same lines for whoever sits before them: time of the day, level, words, and what else is known.
 * @param write takes a line without its end
 */
export function readableLogger(level: string, write: (line: string) => void): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, { write: (json: string) => write(readable(json)) });
}

function readable(json: string): string {
  const { level, time, msg, ...rest }: { level: number; time: string; msg?: string } = JSON.parse(json);
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${textOf(value)}`);
  const word = (pino.levels.labels[level] ?? `${level}`).padEnd(5);
  return [time.slice(11, 23), word, msg ?? '', ...fields].join(' ');
}

/** As it is where that is one word, else as JSON: no value may look like the next field or the next line. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
