const NUMBERS = new Intl.NumberFormat('en-US');

/** `1,234`. */
export function grouped(count: number): string {
  return NUMBERS.format(count);
}

/** `1 stream`, `1,234 streams`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
