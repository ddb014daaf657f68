import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NO_TIMES } from '../../support/no-times.ts';
import { sampleReplay } from '../api/audit/samples.ts';
import { type Rig, startRig } from '../rig.ts';
import { CALL } from '../samples.ts';

const test = suite<{ rig: Rig }>('times in questions');
test.before(async (context) => {
  context.rig = await startRig();
  context.rig.audit.knows = {
    ...context.rig.audit.knows,
    call: async () => sampleReplay(),
    search: async () => ({ calls: [], looked: 0, unreadable: [], next: null }),
  };
});
test.after(({ rig }) => rig.close());

/** Wherever this room reads a time; where the audit does, see test/audit/times.test.ts. */
const PLACES: readonly ((time: string) => string)[] = [
  (time) => `/api/calls?from=${time}`,
  (time) => `/api/calls?to=${time}`,
  (time) => `/api/audit/access?from=${time}`,
  (time) => `/api/audit/access?to=${time}`,
  (time) => `/api/audit/access/review?from=${time}`,
  (time) => `/api/audit/fhir/audit-events?to=${time}`,
  (time) => `/api/audit/evidence/looks?from=${time}&to=2026-03-05`,
  (time) => `/api/audit/evidence/looks?from=2026-03-01&to=${time}`,
  (time) => `/api/audit/search?from=${time}&to=2026-03-05`,
  (time) => `/api/audit/search?from=2026-03-01&to=${time}`,
  (time) => `/api/audit/search?day=${time}`,
  (time) => `/api/audit/calls/${CALL}?asOf=${time}`,
];

/** By itself it is a version of a call. */
const isVersion = (time: string, place: string): boolean => /^\d+$/.test(time) && place.includes('asOf');

test('what no calendar and no clock has is refused in words wherever a time is taken', async ({ rig }) => {
  for (const place of PLACES) {
    for (const time of NO_TIMES) {
      const url = place(encodeURIComponent(time));
      if (isVersion(time, url)) continue;
      const { statusCode, headers } = await rig.server.inject(url);
      assert.equal([statusCode, headers['content-type']], [400, 'application/problem+json'], url);
    }
  }
  assert.equal([rig.fake.asked.list.length, rig.audit.seen.length], [0, 0]);
});

test('what there is, is not', async ({ rig }) => {
  for (const place of PLACES) {
    const url = place(place('').includes('asOf') ? '2026-03-02T00:00:00Z' : '2026-03-02');
    const { statusCode, body } = await rig.server.inject(url);
    assert.not.equal(statusCode, 400, `${url} ${body}`);
  }
});

test.run();
