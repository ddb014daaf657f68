import type { HttpConfig } from '../http/config.ts';
import type { Keyed } from '../identity/key-set.ts';

/** Asks whose signing keys cannot be had, and why, in words. Asking has them fetched, when that is due; at once for a start. */
export function signingKeysOf(
  callbacks: Keyed,
  { staff, eventGrid }: Pick<HttpConfig, 'staff' | 'eventGrid'>,
): () => readonly string[] {
  const all: readonly (readonly [what: string, keyed: Partial<Keyed> | null | undefined])[] = [
    ['callbacks of ACS', callbacks],
    ['tokens of staff', staff.mode === 'entra' ? staff.verifier : null],
    ['deliveries of Event Grid', eventGrid?.auth.mode === 'entra' ? eventGrid.auth.verifier : null],
  ];
  const ask = (): readonly string[] =>
    all.flatMap(([what, keyed]) => {
      const trouble = keyed?.trouble?.() ?? null;
      return trouble === null ? [] : [`the signing keys for ${what} cannot be had: ${trouble}`];
    });
  // What is wrong is known before the first call.
  ask();
  return ask;
}
