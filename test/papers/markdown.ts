import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A paper by its path from the root, with its text. */
export type Paper = { readonly file: string; readonly text: string };

const FOLDERS = ['.github', 'infra', 'projections', 'src', 'test'];

/** Every Markdown file of the project. */
export const PAPERS: readonly Paper[] = ['README.md', ...FOLDERS.flatMap(markdownIn)].map(paper);

function markdownIn(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`);
}

export function paper(file: string): Paper {
  return { file, text: readFileSync(join(root, file), 'utf8') };
}

/** The text without fenced blocks, where nothing is a link or a name of ours. */
export function prose(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
}

export type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** The tables of a text, cell by cell. */
export function tablesOf(text: string): readonly Table[] {
  const blocks = prose(text).match(/^\|.*\|\n\|[-|]+\|\n(?:\|.*\|\n?)*/gm) ?? [];
  return blocks.map((block) => {
    const [head = [], , ...rows] = block.trim().split('\n').map(cellsOf);
    return { head, rows };
  });
}

/** The rows of all tables whose first heading is one of these. */
export function rowsUnder(text: string, ...headings: readonly string[]): readonly (readonly string[])[] {
  return tablesOf(text)
    .filter(({ head }) => headings.includes(head[0] ?? ''))
    .flatMap(({ rows }) => rows);
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** What stands in backticks, with every word of it where words stand together. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** The anchors of a text's headings, as GitHub makes them. */
export function anchorsOf(text: string): readonly string[] {
  const headings = [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Whether a path from the root is there; a `*` stands for a part of a name. */
export function isThere(path: string): boolean {
  if (!path.includes('*')) return existsSync(join(root, path));
  const at = path.lastIndexOf('/');
  const folder = join(root, path.slice(0, at));
  const pattern = new RegExp(
    `^${path
      .slice(at + 1)
      .replaceAll('.', '\\.')
      .replaceAll('*', '.*')}$`,
  );
  return existsSync(folder) && readdirSync(folder).some((name) => pattern.test(name));
}
