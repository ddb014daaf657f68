import { dirname, join, normalize } from 'node:path';

/** A file's text, by its path from the root. */
export type Source = { readonly file: string; readonly text: string };

export type Import = {
  /** A path from the root, or a package as it is named. */
  readonly target: string;
  /** Nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
};

/** Whose imports are looked at. */
export const CODE = /\.(ts|tsx|js)$/;

const STATEMENT = /^\s*(?:import|export)\s+(type\s)?\s*(?:([^'";]*?)\s*from\s*)?(['"])([^'"\n]+)\3/gm;
const CALL = /(typeof\s+)?\bimport\s*\(\s*(?:(['"])([^'"\n]+)\2|([^'")\s]))/g;

/** Everything that a file imports: statements, `import()`, and types of either. */
export function importsOf({ file, text }: Source): readonly Import[] {
  const code = withoutComments(text);
  const statements = [...code.matchAll(STATEMENT)].map(([, isType, names = '', , specifier = '']) => ({
    target: targetOf(file, specifier),
    typeOnly: isType !== undefined || areTypes(names),
  }));
  const calls = [...code.matchAll(CALL)].map(([, isType, , specifier]) => ({
    target: specifier === undefined ? COMPUTED : targetOf(file, specifier),
    typeOnly: isType !== undefined,
  }));
  return [...statements, ...calls];
}

/** The target of an `import()` that only the running program knows: no wall could be held against it. */
export const COMPUTED = 'something computed';

function targetOf(file: string, specifier: string): string {
  return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
}

/** `{ type A, type B }`: the statement stays, but nothing of it is used. */
function areTypes(names: string): boolean {
  const inside = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
  const each = (inside ?? '').split(',').filter((name) => name.trim() !== '');
  return each.length > 0 && each.every((name) => /^\s*type\s/.test(name));
}

/** Prose may speak of imports. Only whole lines: a string may hold what begins a comment. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
