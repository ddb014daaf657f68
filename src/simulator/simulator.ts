import { randomInt } from 'node:crypto';
import { createPoster } from './callbacks/post.ts';
import type { SimulatorEvent } from './calls/transcript.ts';
import { type CallView, viewOf } from './calls/views.ts';
import { type SimulatorClock, systemClock } from './clock/clock.ts';
import { createTimers } from './clock/timers.ts';
import { type EventGridOptions, eventGridSettings } from './event-grid/options.ts';
import { changeFaults, type Faults, NO_FAULTS } from './faults/faults.ts';
import { createTopicFaults } from './faults/topic-faults.ts';
import { type EventGridControls, eventGridControls } from './http/grid-controls.ts';
import { type Listener, listen, type ServerParts } from './http/server.ts';
import { createMemberBook } from './members/member-book.ts';
import { type Behaviour, type MemberScript, type PresetName, parseScript } from './members/members.ts';
import { pressKeys } from './operations/call-media.ts';
import { memberHangsUp } from './operations/lifecycle.ts';
import { resetWorld } from './operations/reset.ts';
import { type SimulatorSettings, settingsOf } from './settings.ts';
import {
  DEFAULT_CALLS_PER_CALLER_ID,
  DEFAULT_HOST,
  DEVELOPMENT_ACCESS_KEY,
  DEVELOPMENT_RESOURCE_ID,
} from './wire/defaults.ts';
import { createTokenIssuer } from './wire/tokens.ts';
import type { Tone } from './wire/tones.ts';
import { createWorld } from './world/create-world.ts';
import { type SimulatorStats, statsOf } from './world/stats.ts';
import type { World } from './world/world.ts';

export type { SimulatorStats };

/** Beyond this a wall millisecond is more than ten seconds of call time, and order is all that is left of timing. */
const TIME_SCALE_MAX = 10_000;

/** All settings are optional. */
export type SimulatorOptions = {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Base64. Default {@link DEVELOPMENT_ACCESS_KEY}. */
  readonly accessKey?: string;
  /**
   * Whether a token of Entra ID opens what the access key opens, for a simulator behind something that ends TLS: without
   * TLS no client sends one. Default false.
   */
  readonly takesTokens?: boolean;
  /** Audience of the callback tokens. Default {@link DEVELOPMENT_RESOURCE_ID}. */
  readonly resourceId?: string;
  /** Issuer of the callback tokens. Default: the simulator's own URL, so that it is never taken for the real service. */
  readonly issuer?: string;
  /** How many times faster than the wall clock calls go. Default 1. */
  readonly timeScale?: number;
  /** 32 bits that decide ids and faults. Default: another one each time, for ids must differ between runs. */
  readonly seed?: number;
  /** Open calls that one caller number, or Teams resource account, may have; 0 means no limit. Default 2. */
  readonly callsPerCallerId?: number;
  readonly faults?: Partial<Faults>;
  /** Behaviour by E.164 number. */
  readonly members?: Readonly<Record<string, MemberScript | PresetName>>;
  /** Everybody else. Default `answers-all`. */
  readonly defaultMember?: MemberScript | PresetName;
  readonly eventGrid?: EventGridOptions;
  readonly clock?: SimulatorClock;
  /** Live feed of everything that is seen and heard. Must not throw. */
  readonly onEvent?: (event: SimulatorEvent) => void;
};

/** A running simulator. */
export type Simulator = EventGridControls & {
  readonly url: string;
  /** With which a server uses it. */
  readonly settings: SimulatorSettings;
  /** For CallAutomationClient, with `allowInsecureConnection: true`. */
  readonly connectionString: string;
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly resourceId: string;
  readonly seed: number;
  /** Key of every topic. */
  readonly topicKey: string;
  /** Where events are published to a topic of that name; every name is one. */
  topicEndpoint(name: string): string;
  /**
   * For calls from now on.
   *
   * @throws TypeError with code INVALID_MEMBER_SCRIPT
   */
  setMember(number: string, member: MemberScript | PresetName): void;
  /**
   * Changes the given faults; the others stay.
   *
   * @throws TypeError with code INVALID_FAULTS
   */
  setFaults(faults: Partial<Faults>): void;
  /** Oldest first. */
  calls(): CallView[];
  /** The member presses keys; false when the call is not connected. */
  press(callConnectionId: string, tones: readonly Tone[]): boolean;
  /** The member hangs up; false when the call is not connected. */
  hangUp(callConnectionId: string): boolean;
  rotateKeys(): Promise<void>;
  /** Forgets all repeatability ids. */
  expireRepeatability(): void;
  reset(): void;
  stats(): SimulatorStats;
  close(): Promise<void>;
};

/**
 * Starts an Azure Communication Services Call Automation that telephones nobody.
 *
 * @throws TypeError with code INVALID_OPTIONS, INVALID_MEMBER_SCRIPT, INVALID_SUBSCRIPTION or INVALID_FAULTS; the
 *   listening error, such as EADDRINUSE
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const checked = checkedOptions(options);
  const { accessKey, resourceId, seed, timeScale } = checked;
  const timers = createTimers(options.clock ?? systemClock, timeScale);
  const poster = createPoster(timers);
  let isClosed = false;
  let issuer = options.issuer ?? '';
  const tokens = await createTokenIssuer(() => issuer, resourceId, timers.nowMs);
  const url = (): string => listener.url;
  const world = createWorld({ ...checked, timers, poster, tokens, url, isClosed: () => isClosed });
  const { topicKey, subscriptions } = checked.eventGrid;
  const fault = createTopicFaults(() => world.faults, world.random);
  const topics = { grid: world.eventGrid, key: topicKey, fault };
  const parts: ServerParts = { world, tokens, topics, url, issuer: () => issuer };
  const listener: Listener = await listen(parts, options.host ?? DEFAULT_HOST, options.port ?? 0);
  issuer ||= listener.url;
  for (const subscription of subscriptions) void world.eventGrid.subscribe(subscription, true);

  const connectionString = `endpoint=${listener.url}/;accesskey=${accessKey}`;
  const jwksUrl = `${listener.url}/calling/keys`;
  return {
    ...controls(world),
    ...eventGridControls(world),
    url: listener.url,
    settings: settingsOf({ connectionString, resourceId, issuer, jwksUrl, timeScale }),
    connectionString,
    issuer,
    jwksUrl,
    resourceId,
    seed,
    topicKey,
    topicEndpoint: (name) => `${listener.url}/topics/${name}/api/events`,
    rotateKeys: () => tokens.rotate(),
    async close() {
      isClosed = true;
      timers.close();
      await listener.close();
      poster.close();
      world.eventGrid.office.exchange.close();
    },
  };
}

function checkedOptions(options: SimulatorOptions) {
  const { timeScale = 1, callsPerCallerId = DEFAULT_CALLS_PER_CALLER_ID } = options;
  if (!(timeScale > 0 && timeScale <= TIME_SCALE_MAX)) {
    throw invalid({ code: 'INVALID_OPTIONS', detail: `timeScale must be above 0 and at most ${TIME_SCALE_MAX}` });
  }
  if (!Number.isInteger(callsPerCallerId) || callsPerCallerId < 0) {
    throw invalid({ code: 'INVALID_OPTIONS', detail: 'callsPerCallerId must be a whole number, 0 for no limit' });
  }
  return {
    timeScale,
    callsPerCallerId,
    seed: options.seed ?? randomInt(2 ** 32),
    accessKey: options.accessKey ?? DEVELOPMENT_ACCESS_KEY,
    takesTokens: options.takesTokens ?? false,
    resourceId: options.resourceId ?? DEVELOPMENT_RESOURCE_ID,
    members: membersOf(options),
    faults: faultsWith(NO_FAULTS, options.faults ?? {}),
    eventGrid: eventGridSettings(options.eventGrid),
    onEvent: options.onEvent ?? (() => {}),
  };
}

function controls(world: World) {
  return {
    setMember: (number: string, member: MemberScript | PresetName) => world.members.set(number, behaviourOf(member)),
    setFaults: (faults: Partial<Faults>) => world.setFaults(faultsWith(world.faults, faults)),
    calls: () => [...world.calls.all()].map(viewOf),
    press(callConnectionId: string, tones: readonly Tone[]) {
      const call = world.calls.find(callConnectionId);
      return call !== undefined && pressKeys(world, call, tones);
    },
    hangUp(callConnectionId: string) {
      const call = world.calls.find(callConnectionId);
      return call !== undefined && memberHangsUp(world, call);
    },
    expireRepeatability: () => world.repeated.expire(),
    reset: () => resetWorld(world),
    stats: () => statsOf(world),
  };
}

function membersOf({ members = {}, defaultMember = 'answers-all' }: SimulatorOptions) {
  const behaviours = Object.entries(members).map(([number, member]) => [number, behaviourOf(member)] as const);
  return createMemberBook(new Map(behaviours), behaviourOf(defaultMember));
}

function behaviourOf(member: MemberScript | PresetName): Behaviour {
  const parsed = parseScript(member);
  if (!parsed.ok) throw invalid(parsed);
  return parsed.behaviour;
}

function faultsWith(current: Faults, faults: Partial<Faults>): Faults {
  const changed = changeFaults(current, faults);
  if (!changed.ok) throw invalid(changed);
  return changed.faults;
}

function invalid({ code, detail }: { readonly code: string; readonly detail: string }): TypeError {
  return Object.assign(new TypeError(detail), { code });
}
