import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Clock } from '../../src/base/clock.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { consoleRoutes } from '../../src/console/console.ts';
import type { SignIn } from '../../src/console/deps.ts';
import type { PhoneCall, Telephones } from '../../src/console/telephones.ts';
import { type Closing, createClosing } from '../../src/http/closing.ts';
import type { HttpLimits } from '../../src/http/limits.ts';
import { buildServer } from '../../src/http/server.ts';
import type { StaffConfig } from '../../src/identity/staff.ts';
import { type FakeApp, fakeApp } from '../http/fake-app.ts';
import { KEYS } from '../http/keys.ts';
import { UNHURRIED } from '../support/application.ts';
import { type MemoryAudit, memoryAudit } from '../support/memory-audit.ts';
import { fill, fillAudit, givenAway, type Words } from './full-words.ts';

export const PLAIN: Words = { name: 'Canary Person', reason: 'canary-reason', spoken: 'canary-spoken' };

/** The console over an application that answers as told: every page has something to show. */
export type FullRig = {
  readonly server: FastifyInstance;
  readonly fake: FakeApp;
  readonly audit: MemoryAudit;
  readonly closing: Closing;
  /** From now on people are called this, and scripts say that. */
  say(words: Words): void;
};

type RigOptions = {
  readonly clock?: Clock;
  readonly limits?: Partial<HttpLimits>;
  /** How people sign in, by keys where not by Entra ID; absent: the console is for whoever sits here. */
  readonly signIn?: SignIn;
};

export function fullRig({ clock = systemClock, limits, signIn }: RigOptions = {}): FullRig {
  const fake = fakeApp();
  const audit = memoryAudit();
  let said = PLAIN;
  Object.assign(
    audit,
    givenAway(() => said),
  );
  const say = (words: Words): void => {
    said = words;
    fill(fake, words);
    fillAudit(audit, words);
  };
  say(PLAIN);
  const closing = createClosing();
  const staff: StaffConfig = signIn ? KEYS : { mode: 'loopback' };
  const signing = signIn ? { signIn } : {};
  const { app, desk } = fake;
  const server = buildServer({
    app,
    desk,
    audit,
    closing,
    config: { publicBaseUrl: 'http://127.0.0.1', callbackUrlAllow: [], staff, limits: { ...UNHURRIED, ...limits } },
    callbackVerifier: { verify: async () => 'ok' },
    logger: pino({ level: 'silent' }),
    version: 'test',
    pages: (scope) =>
      consoleRoutes(scope, {
        app,
        audit,
        desk,
        staff,
        clock,
        freshId: () => 'fresh',
        telephones: phones(() => said),
        ...signing,
      }),
  });
  return { server, fake, audit, closing, say };
}

function phones(said: () => Words): Telephones {
  const call = (): PhoneCall => ({
    callConnectionId: 'leg-1',
    state: 'connected',
    transcript: [{ atMs: 0, kind: 'said', text: said().spoken }],
  });
  return {
    isTakenUp: async () => true,
    takeUp: async () => {},
    putDown: async () => {},
    newestCall: async () => call(),
    act: async () => true,
  };
}
