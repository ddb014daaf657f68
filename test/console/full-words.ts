import type { Audit, Proofs } from '../../src/audit/api.ts';
import type { RecordedExport } from '../../src/audit/export/entries.ts';
import type { Exports } from '../../src/audit/export/exports.ts';
import type { Replay } from '../../src/audit/replay/api.ts';
import type { Step } from '../../src/audit/replay/steps.ts';
import { sampleAccounting } from '../http/api/audit/evidence-samples.ts';
import { CHECKPOINT_STATUS, EXPORTED, WHOLE_CALL } from '../http/api/audit/samples.ts';
import { type FakeApp, HEALTHY, SCRIPT } from '../http/fake-app.ts';
import { CALL, ROWS } from '../http/samples.ts';
import { record } from '../projections/access-contract.ts';
import type { MemoryAudit } from '../support/memory-audit.ts';

/** What people and scripts may say, and the console shows. */
export type Words = { readonly name: string; readonly reason: string; readonly spoken: string };

const AT = '2026-03-01T09:00:00.000Z';
const PERSON = { memberId: 'M-1', phoneNumber: '+15550142001', timeZone: 'America/New_York' };

/** People are called so, and their calls, scripts and events say that. */
export function fill(fake: FakeApp, { name, reason, spoken }: Words): void {
  // Ids are the plan's own, so they may be any text as well.
  fake.people = [
    { ...PERSON, name },
    { ...PERSON, name, memberId: name },
  ];
  const session = { ...ROWS.session, memberId: name, questionnaire: spoken };
  fake.listed = [session];
  fake.rows = { session, responses: ROWS.responses.map((each) => ({ ...each, response: spoken })) };
  fake.scripts = [{ ...SCRIPT, questionnaire: { ...SCRIPT.questionnaire, id: spoken } }];
  fake.appHealth = {
    ...HEALTHY,
    problems: [reason],
    codedProblems: [{ code: 'QUARANTINE', words: reason }],
  };
  fake.stuck = {
    calls: [
      { callSessionId: CALL, why: 'overdue', at: 'asking', since: AT, canCheck: true, canClose: true, next: reason },
    ],
    more: false,
  };
  fake.waiting = [
    { id: 'item-1', callSessionId: CALL, eventId: spoken, eventType: spoken, flaw: reason, receivedAt: AT },
  ];
}

/** The trail tells the same. */
export function fillAudit(audit: MemoryAudit, words: Words): void {
  const { name, reason, spoken } = words;
  const found = {
    ...ROWS.session,
    memberId: name,
    questionnaire: spoken,
    staff: [{ who: { kind: 'staff', words: reason }, did: 'asked', at: AT }],
  } as const;
  audit.knows = {
    call: async () => replayOf(words),
    search: async () => ({ calls: [found], looked: 1, unreadable: [], next: null }),
  };
  audit.shown = [
    record(1, { members: [name], calls: [CALL], actor: `compliance:${name}`, name, reason, address: reason }),
  ];
  audit.checked = {
    check: async () => ({ ...WHOLE_CALL, memberId: name }),
    proof: async () => ({ text: 'a proof\n', memberId: name }),
  };
  audit.disclosed = { accounting: async () => accountingOf(words) };
  audit.verified = { underWay: null, last: lastOf(words) };
}

function replayOf({ name, reason, spoken }: Words): Replay {
  const step: Step = {
    version: 1,
    at: AT,
    kind: 'command',
    type: 'AskQuestion',
    who: { kind: 'staff', words: `${reason} (Coordinator)` },
    what: `asked, because: ${reason}`,
    spoken: {
      text: spoken,
      voice: 'en-US-JennyNeural',
      audience: 'person',
      script: { id: 's', version: 1, hash: 'h' },
    },
    codes: null,
    cause: null,
    state: {
      ...{ status: 'PersonDetected', disposition: null, position: 'asking', positionWords: 'is asked' },
      answers: [{ question: 1, response: spoken }],
    },
    flaw: null,
  };
  return {
    callSessionId: CALL,
    memberId: name,
    phoneNumber: '+*******2001',
    steps: [step],
    flaws: [reason],
    entries: [],
  };
}

function accountingOf({ name, reason }: Words): ReturnType<typeof sampleAccounting> {
  const sample = sampleAccounting();
  return {
    ...sample,
    disclosures: sample.disclosures.map((each) => ({
      ...{ ...each, what: reason, purpose: reason },
      recipient: { name, address: reason },
    })),
    suspended: sample.suspended.map((each) => ({ ...each, agency: name })),
    flaws: [reason],
  };
}

function lastOf({ name, reason }: Words): NonNullable<MemoryAudit['verified']['last']> {
  return {
    ...{ at: AT, actor: reason, scope: 'all', streams: 3, entries: 30, findingCount: 2, noteCount: 0, restsOn: null },
    findings: [
      { stream: CALL, version: 4, kind: 'rewritten' },
      { stream: `member:${name}`, version: 1, kind: 'hash' },
    ],
  };
}

/** What the console takes hold of as it begins. */
export function givenAway(said: () => Words): Pick<Audit, 'proofs' | 'exports'> {
  return { proofs: PROOFS, exports: exportsOf(said) };
}

function unasked(): never {
  throw new TypeError('no page asks for this');
}

const PROOFS: Proofs = {
  newest: async () => 'a note\n',
  make: async () => 'a note\n',
  status: () => CHECKPOINT_STATUS,
  tree: unasked,
  leaf: unasked,
  reopen: unasked,
};

/** One export, of a member to whom this was given. */
function exportsOf(said: () => Words): Exports {
  const begun = { exportId: EXPORTED.begin.exportId, firstLine: '{"note":"a note"}\n' };
  return {
    begin: async () => begun,
    again: async () => begun,
    find: async () => recordedOf(said()),
    recent: async () => [recordedOf(said())],
    parts: async (_exportId, _after, look) => partsOf(said(), look),
  };
}

function recordedOf({ name, reason }: Words): RecordedExport {
  const scope = { is: 'member', memberId: name } as const;
  const begin = { ...EXPORTED.begin, scope, recipient: { name, address: reason }, reason };
  return { ...EXPORTED, actor: `compliance:${name}`, begin };
}

async function* partsOf({ name }: Words, look: Parameters<Exports['parts']>[2]): AsyncGenerator<Buffer> {
  await look({ action: 'export', calls: [CALL], members: [name], purpose: 'HLEGAL', requestId: 'an-export' });
  yield Buffer.from(JSON.stringify({ memberId: name }));
}
