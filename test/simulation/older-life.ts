import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { startCallApp } from '../../src/app/call-app.ts';
import type { Telephony } from '../../src/app/ports.ts';
import type { LogError } from '../../src/log/port.ts';

/** The application of an older build, in some lives of some instances until the world heals. */
export type OlderBuild = { readonly start: typeof startCallApp };

type Errors = new (code: string, message: string, options: { cause: unknown; version?: number | undefined }) => Error;

/** @param folder where its source is */
export async function openOlderBuild(folder: string): Promise<OlderBuild> {
  const load = <T>(file: string): Promise<T> => import(pathToFileURL(join(folder, file)).href) as Promise<T>;
  const app = await load<{ startCallApp: typeof startCallApp }>('src/app/call-app.ts');
  const { TIMING } = await load<{ TIMING: Parameters<typeof startCallApp>[0]['timing'] }>('src/domain/call/timing.ts');
  const { LogError: Log } = await load<{ LogError: Errors }>('src/log/port.ts');
  const { ReadStoreError: Store } = await load<{ ReadStoreError: Errors }>('projections/ports.ts');
  /** It knows the errors of its own classes only, which its own adapters would throw. */
  const asItsOwn = (error: unknown): unknown => {
    const { name, code, message, version } = error as LogError;
    const own = { LogError: Log, ReadStoreError: Store }[name as string];
    return own ? new own(code, message, { cause: error, version }) : error;
  };
  return {
    start(deps) {
      const { log, readStore } = deps;
      const ports = {
        log: translating(log, asItsOwn),
        readStore: translating(readStore, asItsOwn),
        telephony: asItsAdapter(deps.telephony),
      };
      return app.startCallApp({ ...deps, ...ports, timing: TIMING });
    },
  };
}

/** It has no word on whose leg was asked about: its own adapter would not look. */
function asItsAdapter(telephony: Telephony): Telephony {
  return {
    ...telephony,
    async send(command, target) {
      const outcome = await telephony.send(command, { ...target, isOurs: () => true });
      if (outcome.type !== 'Accepted') return outcome;
      const { ours, ...rest } = outcome;
      return rest;
    },
  };
}

type Method = (...parameters: unknown[]) => unknown;

/** A port whose errors are other ones. */
function translating<T extends object>(port: T, translate: (error: unknown) => unknown): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member === 'object' && member !== null) return translating(member, translate);
      if (typeof member !== 'function') return member;
      return (...parameters: unknown[]) => {
        const answer = (member as Method).apply(target, parameters);
        return answer instanceof Promise ? answer.catch((error: unknown) => Promise.reject(translate(error))) : answer;
      };
    },
  });
}
