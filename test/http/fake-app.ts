import type { CallRows } from '../../projections/ports.ts';
import {
  type AppHealth,
  type CallApp,
  type CallbackResult,
  type CancelResult,
  type GridResult,
  HEALTH_PROBLEMS,
  type HelpResult,
  type InitiateResult,
  NO_CHECKPOINTS,
  type ReleaseResult,
} from '../../src/app/api.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { rehearse } from '../../src/domain/call/rehearsal.ts';
import type { StuckCalls } from '../../src/domain/call/stuck-call.ts';
import type { QuarantineItem } from '../../src/domain/inbox/quarantine.ts';
import { fateOf, type Member, type Members } from '../../src/domain/member/members.ts';
import { fieldsOf, isSought, soughtBy } from '../../src/domain/member/search.ts';
import type { PublishedScript } from '../../src/domain/questionnaire/published.ts';
import { createMemberDesk, type MemberDesk } from '../../src/members/desk.ts';
import { loadQuestionnaire } from '../../src/questionnaires/load.ts';
import { CALL, HASH, ROWS, SECRET } from './samples.ts';

const NO_PROBLEMS = Object.fromEntries(HEALTH_PROBLEMS.map((code) => [code, 0])) as AppHealth['problemCounts'];

export const HEALTHY: AppHealth = {
  ready: true,
  log: { trouble: null, restart: false, failures: 0, silentMs: 0 },
  room: { isShort: false, freeBytes: null },
  projectionLagMs: 0,
  openCalls: 3,
  dispatching: 1,
  dialling: {
    waiting: 0,
    most: 2,
    callsPerSecond: 10,
    throttled: 0,
    active: 1,
    limit: 2,
    paused: null,
    resumesInMs: null,
  },
  parked: [],
  quarantined: 0,
  quarantineArrivals: 0,
  findings: { foreign: [], contradictions: 0, callers: [] },
  checkpoints: NO_CHECKPOINTS,
  simulated: false,
  eventGrid: { events: 0, newestAt: null },
  clockOffMs: null,
  problems: [],
  codedProblems: [],
  problemCounts: NO_PROBLEMS,
};

const questionnaire = await loadQuestionnaire();

export const SCRIPT: PublishedScript = {
  hash: HASH,
  publishedAt: '2026-03-01T08:00:00.000Z',
  isInForce: true,
  questionnaire,
};

type Asked = { [K in keyof CallApp]: Parameters<CallApp[K]>[] };

/** An application that records what reached it and answers as told. */
export type FakeApp = {
  readonly app: CallApp;
  readonly asked: Asked;
  initiated: InitiateResult;
  recorded: CallbackResult | Error;
  /** What becomes of every event of Event Grid. */
  grid: GridResult | Error;
  cancelled: CancelResult;
  rows: CallRows | null;
  listed: readonly CallRows['session'][];
  people: readonly Member[];
  /** Whether a search finds more than it looks at. */
  isPartial: boolean;
  appHealth: AppHealth;
  waiting: readonly QuarantineItem[];
  /** Where the next page of them begins. */
  nextWaiting: string | null;
  /** What comes of a check or a closing; null: what was asked for. */
  helped: HelpResult | null;
  stuck: StuckCalls;
  /** The desk of the members, who are `people`. */
  readonly desk: MemberDesk;
  scripts: readonly PublishedScript[];
  /** Why they cannot be changed. */
  readOnly: string | null;
  release: ReleaseResult;
  /** Awaited before callbacks are recorded. */
  gate: Promise<unknown>;
};

export function fakeApp(): FakeApp {
  const asked: Asked = {
    initiate: [],
    recordCallbacks: [],
    recordGridEvents: [],
    cancel: [],
    check: [],
    closeCall: [],
    stuck: [],
    status: [],
    list: [],
    newestUpdate: [],
    listWhole: [],
    figures: [],
    questions: [],
    scripts: [],
    script: [],
    rehearse: [],
    members: [],
    searchMembers: [],
    member: [],
    isCallSecret: [],
    quarantined: [],
    releaseQuarantined: [],
    discardQuarantined: [],
    discardManyQuarantined: [],
    health: [],
    readiness: [],
  };
  const fake: FakeApp = {
    asked,
    initiated: { ok: true, callSessionId: CALL, status: 'Initiated', replayed: false },
    recorded: 'recorded',
    grid: 'recorded',
    cancelled: 'cancelling',
    rows: ROWS,
    listed: [ROWS.session],
    people: [{ memberId: 'M-1', phoneNumber: '+15550142001', name: 'Canary Person', timeZone: 'America/New_York' }],
    isPartial: false,
    appHealth: HEALTHY,
    waiting: [],
    nextWaiting: null,
    helped: null,
    stuck: { calls: [], more: false },
    readOnly: null,
    scripts: [SCRIPT],
    desk: createMemberDesk(memoryMembers(), async () => {}),
    release: 'released',
    gate: Promise.resolve(),
    app: {
      async initiate(request) {
        asked.initiate.push([request]);
        return fake.initiated;
      },
      async recordCallbacks(call, callbacks) {
        asked.recordCallbacks.push([call, callbacks]);
        await fake.gate;
        if (fake.recorded instanceof Error) throw fake.recorded;
        return fake.recorded;
      },
      async recordGridEvents(events) {
        asked.recordGridEvents.push([events]);
        const { grid } = fake;
        if (grid instanceof Error) throw grid;
        return events.map(() => grid);
      },
      async cancel(...args) {
        asked.cancel.push(args);
        return fake.cancelled;
      },
      async check(request) {
        asked.check.push([request]);
        return fake.helped ?? 'checking';
      },
      async closeCall(request) {
        asked.closeCall.push([request]);
        return fake.helped ?? 'closed';
      },
      async stuck() {
        return fake.stuck;
      },
      async status(id) {
        asked.status.push([id]);
        return fake.rows && { ...fake.rows, simulated: true };
      },
      async figures(from, to) {
        asked.figures.push([from, to]);
        return [{ hour: from, status: 'Failed', disposition: 'busy', questionnaire: 'wellness@1', calls: 3 }];
      },
      async list(page) {
        asked.list.push([page]);
        return fake.listed.slice(0, page.limit);
      },
      async newestUpdate() {
        return ROWS.session.updatedAt;
      },
      async listWhole(page) {
        asked.listWhole.push([page]);
        return fake.listed.slice(0, page.limit).map((session) => ({ session, responses: ROWS.responses }));
      },
      questions: () => 3,
      scripts: async () => ({ scripts: fake.scripts, isWhole: true }),
      script: async (hash) => fake.scripts.find((each) => each.hash === hash) ?? null,
      async rehearse(hash, deeds) {
        const script = fake.scripts.find((each) => each.hash === hash);
        return script ? rehearse({ ...script.questionnaire, hash }, PROVIDERS[0]!, deeds) : null;
      },
      async members(page) {
        asked.members.push([page]);
        const { after = '', search = '', limit } = page;
        return fake.people.filter(({ memberId }) => memberId > after && memberId.startsWith(search)).slice(0, limit);
      },
      async searchMembers({ text, ...page }) {
        asked.searchMembers.push([{ text, ...page }]);
        const sought = soughtBy(text);
        return sought === null
          ? { members: [], isPartial: false, fields: [] }
          : { ...(await memoryMembers().search({ sought, ...page })), fields: fieldsOf(sought) };
      },
      async member(memberId) {
        asked.member.push([memberId]);
        return fakeMember(memberId);
      },
      isCallSecret(call, secret) {
        asked.isCallSecret.push([call, secret]);
        return call === CALL && secret === SECRET;
      },
      async quarantined(...args) {
        asked.quarantined.push(args);
        return { items: fake.waiting, total: fake.waiting.length, next: fake.nextWaiting };
      },
      async releaseQuarantined(...args) {
        asked.releaseQuarantined.push(args);
        return fake.release;
      },
      async discardQuarantined(...args) {
        asked.discardQuarantined.push(args);
        return fake.waiting.some((item) => item.id === args[0]);
      },
      async discardManyQuarantined(request) {
        asked.discardManyQuarantined.push([request]);
        return { discarded: 3, left: 1 };
      },
      health: () => fake.appHealth,
      readiness: async () => fake.appHealth,
    },
  };
  return fake;

  function memoryMembers(): Members {
    return {
      get readOnly() {
        return fake.readOnly;
      },
      find: fakeMember,
      list: async () => fake.people,
      search: async ({ sought, after = '', limit }) => ({
        members: fake.people.filter((each) => each.memberId > after && isSought(each, sought)).slice(0, limit),
        isPartial: fake.isPartial,
      }),
      async compare(members) {
        const counts = { new: 0, changed: 0, unchanged: 0 };
        for (const each of members) counts[fateOf(await fakeMember(each.memberId), each)] += 1;
        return counts;
      },
      async save(members) {
        const fresh = [...members].map(({ memberId, phoneNumber }) => ({ memberId, phoneNumber }));
        fake.people = [...fake.people, ...fresh];
        return { new: fresh.length, changed: 0, unchanged: 0 };
      },
      async remove(memberId) {
        fake.people = fake.people.filter((each) => each.memberId !== memberId);
        return true;
      },
      close: async () => {},
    };
  }

  async function fakeMember(memberId: string): Promise<Member | null> {
    return fake.people.find((each) => each.memberId === memberId) ?? null;
  }
}
