import { DEVELOPMENT_CALLER_ID } from './wire/defaults.ts';

/** The settings with which a server uses a simulator, as its environment names them. */
export type SimulatorSettings = {
  readonly ACS_CONNECTION_STRING: string;
  readonly ACS_RESOURCE_ID: string;
  readonly ACS_CALLER_ID: string;
  readonly ACS_TOKEN_ISSUER: string;
  readonly ACS_JWKS_URI: string;
  readonly COGNITIVE_SERVICES_ENDPOINT: string;
  readonly TIME_SCALE: string;
};

/** What a running simulator knows of itself. */
type Running = {
  readonly connectionString: string;
  readonly resourceId: string;
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly timeScale: number;
};

/** Nothing is spoken, so nobody is asked there; a server wants an address all the same. */
const SPEECH_ENDPOINT = 'https://speech.simulator.example/';

export function settingsOf({ connectionString, resourceId, issuer, jwksUrl, timeScale }: Running): SimulatorSettings {
  return {
    ACS_CONNECTION_STRING: connectionString,
    ACS_RESOURCE_ID: resourceId,
    ACS_CALLER_ID: DEVELOPMENT_CALLER_ID,
    ACS_TOKEN_ISSUER: issuer,
    ACS_JWKS_URI: jwksUrl,
    COGNITIVE_SERVICES_ENDPOINT: SPEECH_ENDPOINT,
    TIME_SCALE: String(timeScale),
  };
}
