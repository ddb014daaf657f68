import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** @param path from the root of the repository */
export function read(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}

export const PAPER = 'infra/bicep/README.md';

type Block = { readonly heading: string; readonly text: string };

/** The blocks of shell of the paper, each under the heading that it stands under. */
export function blocks(): readonly Block[] {
  const found: Block[] = [];
  let heading = '';
  let text: string[] | null = null;
  for (const line of read(PAPER).split('\n')) {
    if (text === null && line.startsWith('#')) heading = line.replace(/^#+ /, '');
    if (line === '```sh') text = [];
    else if (line === '```' && text !== null) {
      found.push({ heading, text: text.join('\n') });
      text = null;
    } else text?.push(line);
  }
  return found;
}

/** Who places the calls: each has headings of the paper that the other passes over. */
export type Line = 'number' | 'teams';

const ONLY: Readonly<Record<Line, readonly string[]>> = {
  number: ['The application of Event Grid', 'Event Grid'],
  teams: ['Teams Phone'],
};

export const TEAMS_ACCOUNT = 'cc123456-5678-4678-9234-ccc123456789';

/** All of it in one piece, as somebody goes through it who has that line. */
export function scriptFor(line: Line): string {
  const passed = ONLY[line === 'number' ? 'teams' : 'number'];
  const text = blocks()
    .filter(({ heading }) => !passed.includes(heading))
    .map((block) => block.text)
    .join('\n');
  if (line === 'number') return text;
  return text.replace(/^CALLER_ID=.*$/m, 'CALLER_ID=').replace(/^TEAMS_ACCOUNT=$/m, `TEAMS_ACCOUNT=${TEAMS_ACCOUNT}`);
}
