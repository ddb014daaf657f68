import type { Entry } from '../../../domain/entries.ts';
import { type Line, lineText, parsed } from '../format.ts';

/** By name the types of its members: all that there are, since nothing vouches for more. */
const MEMBERS = {
  stream: {
    name: 'string',
    version: 'number',
    from: 'number',
    hash: 'string',
    time: 'string',
    how: 'string',
    proof: 'string',
  },
  entry: {
    version: 'number',
    kind: 'string',
    type: 'string',
    id: 'string',
    at: 'string',
    actor: 'string',
    cause: 'string',
  },
  withheld: { version: 'number', hash: 'string', reason: 'string' },
  left: { name: 'string', because: 'string', words: 'string' },
} as const;

type Body = Readonly<Record<string, unknown>>;

/** What stands behind an entry's data. */
const ENTRY_ENDS = /^,"hash":"([0-9a-f]{64})"\}\}$/;
const ENTRY_END_UNITS = 76;
/** Where data begins: within a string a backslash stands before each quote. */
const DATA_BEGINS = /,"(?:data":(?=\{)|text":)/;

/** Reads a line as one of ours; null when it is none. */
export function readLine(text: string): Line | null {
  return text.startsWith('{"entry":') ? readEntry(text) : readOther(text);
}

/** No digest vouches for how an entry is written: it has to be as we write it, to the letter. */
function readEntry(text: string): Line | null {
  // Place by place, not by one pattern: a stranger's line could make that look through it a million times.
  const hash = ENTRY_ENDS.exec(text.slice(-ENTRY_END_UNITS))?.[1];
  const begins = DATA_BEGINS.exec(text);
  if (hash === undefined || !begins) return null;
  const read = (parsed(`${text.slice(0, begins.index)}}}`) as { entry?: Body } | undefined)?.entry;
  const body = text.slice(begins.index + begins[0].length, -ENTRY_END_UNITS);
  const data = begins[0] === ',"data":' ? body : parsed(body);
  if (typeof read !== 'object' || read === null || !isOnly(read, MEMBERS.entry) || typeof data !== 'string')
    return null;
  const line: Line = { entry: { ...(read as Omit<Entry, 'stream' | 'data' | 'hash'>), data, hash } };
  return lineText(line) === `${text}\n` ? line : null;
}

function readOther(text: string): Line | null {
  const line = parsed(text);
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return null;
  const [word, ...more] = Object.keys(line);
  const body = word === undefined || more.length > 0 ? undefined : (line as Body)[word];
  if (word === 'note') return typeof body === 'string' ? { note: body } : null;
  if (typeof body !== 'object' || body === null || !isWord(word)) return null;
  return isOnly(body as Body, MEMBERS[word]) ? (line as Line) : null;
}

function isWord(word: string | undefined): word is Exclude<keyof typeof MEMBERS, 'entry'> {
  return word === 'stream' || word === 'withheld' || word === 'left';
}

function isOnly(body: Body, members: Readonly<Record<string, string>>): boolean {
  let count = 0;
  for (const name in body) {
    if (typeof body[name] !== members[name] && !(name === 'cause' && body['cause'] === null)) return false;
    count += 1;
  }
  return count === Object.keys(members).length;
}
