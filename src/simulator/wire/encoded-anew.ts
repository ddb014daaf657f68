const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** The same address written another way: its port said, its parameters in reverse, their escapes and spaces otherwise. */
export function encodedAnew(uri: string): string {
  const { protocol, hostname, port, pathname, search } = new URL(uri);
  const space = search.includes('+') ? '%20' : '+';
  const parameters = [...new URLSearchParams(search)].reverse();
  const query = parameters.map((pair) => pair.map((text) => escaped(text, space)).join('=')).join('&');
  return `${protocol}//${hostname}:${port || DEFAULT_PORTS[protocol]}${pathname}${query && `?${query}`}`;
}

/** Lower-case escapes, also of what need not be escaped: dots, dashes, underscores and tildes. */
function escaped(text: string, space: string): string {
  return encodeURIComponent(text)
    .replace(/[-._~!*'()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
    .replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())
    .replaceAll('%20', space);
}
