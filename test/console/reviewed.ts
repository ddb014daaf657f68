import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AuditRig, COURT, fill, made, NEW, startAuditRig } from './audit-rig.ts';

/** More of what Compliance does; in the process of the others, because starting one costs more than it does. */
export const reviewed = suite<AuditRig>('what Compliance withholds and signs');
reviewed.before(async (context) => void Object.assign(context, await startAuditRig()));
reviewed.before.each(({ audit }) => fill(audit));
reviewed.after(({ server }) => server.close());

reviewed(
  'entries are withheld one a line, with why, and a line that says nothing of the kind gives nothing away',
  async (rig) => {
    const withhold = 'InitiateCall=shows a number\r\n\r\nPlaceCall = shows = a number\r\n';
    const page = await made(rig, { ...COURT, withhold });
    const recorded = await rig.exported.exports.find(page.split('/').at(-1)!);
    assert.equal(recorded?.begin.withhold, [
      { entries: 'InitiateCall', reason: 'shows a number' },
      { entries: 'PlaceCall', reason: 'shows = a number' },
    ]);
    for (const flawed of ['InitiateCall', 'InitiateCall=', '=why', `${'x'.repeat(701)}=why`, 'a=b\n'.repeat(101)]) {
      const { statusCode, body } = await rig.post(NEW, { ...COURT, withhold: flawed });
      assert.is(statusCode, 400);
      assert.match(body, /one a line/);
      assert.match(body, /<details open/);
    }
  },
);

const REVIEW = '/console/audit/review';
const MONTH = {
  ...{ month: '2026-02', counts: { looks: 2, refusals: 0, glassBroken: 1, actors: 1 }, sha256: 'a'.repeat(64) },
  ...{ text: 'compliance:<b>bo</b>: looks 2\n', isOver: true, signOffs: [] },
};

reviewed(
  'who looked in a month is reviewed and signed off by the report that was read, and by no other',
  async (rig) => {
    const asked: object[] = [];
    rig.audit.evident = {
      review: async (month) => (month === '2026-02' ? MONTH : 'no month'),
      signOff: async (given) => {
        asked.push(given);
        if (given.report !== MONTH.sha256) return 'the report is another one now';
        return { id: 's', month: given.month, counts: MONTH.counts, sha256: MONTH.sha256, recordedAt: '' };
      },
    };
    const { body } = await rig.get(`${REVIEW}?month=2026-02`);
    assert.match(body, /&lt;b>bo&lt;\/b>: looks 2.*Nobody yet/s);
    assert.equal(
      rig.audit.seen.map(({ action, members }) => [action, members]),
      [['evidence', []]],
    );
    const statement = 'nothing odd';
    const sign = (fields: object) => rig.post(REVIEW, { month: '2026-02', report: MONTH.sha256, statement, ...fields });
    for (const [fields, status] of [
      [{ statement: ' ' }, 422],
      [{ report: '' }, 409],
      [{ report: 'b'.repeat(64) }, 409],
    ] as const)
      assert.is((await sign(fields)).statusCode, status);
    asked.length = 0;
    const done = await sign({});
    assert.equal([done.statusCode, done.headers['location']], [303, `${REVIEW}?month=2026-02&signed=1`]);
    assert.equal(asked, [{ month: '2026-02', statement, report: MONTH.sha256, actor: 'compliance:local' }]);
    assert.match((await rig.get(String(done.headers['location']))).body, /Signed off\. It stands in the log/);
    assert.is((await rig.get(`${REVIEW}?month=March`)).statusCode, 400);
    rig.audit.evident = { review: async () => ({ ...MONTH, isOver: false }) };
    assert.not.match((await rig.get(`${REVIEW}?month=2026-02`)).body, /name="statement"/);
  },
);
