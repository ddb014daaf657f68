type Range = { readonly type: string; readonly quality: number };

/**
 * The media type that a client likes best of those that a route can answer with (RFC 9110, 12.5.1): the highest q, then the
 * range that names it most exactly, then the first in the header. Without a word of any of them it is the first offered: an
 * answer that nobody asked for in this form helps more than 406.
 * @param accept the header Accept
 */
export function preferredType<Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type {
  const ranges = (accept ?? '').split(',').flatMap(readRange);
  const wanted = offered
    .map((type) => ({ type, ...rankOf(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || b.exactness - a.exactness || a.place - b.place);
  return wanted[0]?.type ?? offered[0];
}

/** None for a range that cannot be read. */
function readRange(text: string): Range[] {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  if (!/^[^\s/]+\/[^\s/]+$/.test(type)) return [];
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? [{ type, quality: Number(weight) }] : [];
}

/** What the range says of a type that names it most exactly. */
function rankOf(type: string, ranges: readonly Range[]): { quality: number; exactness: number; place: number } {
  const names = ['*/*', `${type.slice(0, type.indexOf('/'))}/*`, type];
  let rank = { quality: 0, exactness: -1, place: 0 };
  for (const [place, range] of ranges.entries()) {
    const exactness = names.indexOf(range.type);
    if (exactness > rank.exactness) rank = { quality: range.quality, exactness, place };
  }
  return rank;
}
