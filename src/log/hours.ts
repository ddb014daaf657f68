/** `2024-05-01T13`: the hour in UTC under which a stream is registered, in an order that text keeps. */
export function hourOf(at: Date): string {
  return at.toISOString().slice(0, 13);
}
