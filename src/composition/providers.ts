import { acsProvider } from '../adapters/telephony/reading/provider.ts';
import type { Provider } from '../domain/call/provider.ts';

/**
 * Who may have placed the calls of a log; the first places the new ones. One that was ever used stays: its calls are read by its
 * rules for as long as the log stands.
 * @param timeScale how many times faster than the wall clock calls go
 */
export function providersAt(timeScale: number): readonly Provider[] {
  return [acsProvider(timeScale)];
}

export const PROVIDERS = providersAt(1);
