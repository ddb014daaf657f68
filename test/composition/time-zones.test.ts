import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sqlTime } from '../../projections/sqlserver/columns.ts';
import { retryAfterMs } from '../../src/adapters/telephony/retry-after.ts';
import { uuidv7 } from '../../src/composition/ids.ts';
import { later } from '../../src/domain/call/timing.ts';
import { eventGridStream, quarantineStream } from '../../src/domain/streams.ts';
import { hourOf } from '../../src/log/hours.ts';
import { eventTime } from '../../src/simulator/calls/cloud-event.ts';

const HERE = process.env['TZ'];
const ZONES = ['UTC', 'Asia/Kolkata', 'America/New_York', 'Pacific/Kiritimati'];

/** Where a zone’s clocks go forward and back, where its day begins, and where 2^31 seconds come full. */
const MOMENTS = [
  '2026-03-08T06:59:59.999Z',
  '2026-03-08T07:00:00.000Z',
  '2026-11-01T05:30:00.000Z',
  '2026-11-01T06:30:00.000Z',
  '2026-12-31T18:29:59.999Z',
  '2026-12-31T23:59:59.999Z',
  '2027-01-01T00:00:00.000Z',
  '2027-01-01T05:00:00.000Z',
  '2038-01-19T03:14:07.999Z',
  '2038-01-19T03:14:08.000Z',
  '2038-01-20T00:00:00.000Z',
];

test.after(() => {
  if (HERE === undefined) delete process.env['TZ'];
  else process.env['TZ'] = HERE;
});

/** All that is written or read of a time. */
function told(moment: string): Readonly<Record<string, unknown>> {
  const ms = Date.parse(moment);
  const headers: Readonly<Record<string, string>> = { 'retry-after': new Date(ms + 90_000).toUTCString() };
  return {
    hour: hourOf(new Date(ms)),
    quarantine: quarantineStream(moment),
    eventGrid: eventGridStream(moment),
    later: later(moment, 7_200_000),
    sql: sqlTime(moment),
    retryAfter: retryAfterMs({ get: (name) => headers[name] }, Math.floor(ms / 1_000) * 1_000),
    idTime: uuidv7(ms).slice(0, 13),
    event: eventTime(ms, () => 0.5),
  };
}

test('the zones are really different here', () => {
  const hours = ZONES.map((zone) => {
    process.env['TZ'] = zone;
    return new Date('2026-06-01T00:00:00Z').getHours();
  });
  assert.is(new Set(hours).size, ZONES.length);
});

for (const moment of MOMENTS) {
  test(`${moment} is told alike in every time zone`, () => {
    const [utc, ...others] = ZONES.map((zone) => {
      process.env['TZ'] = zone;
      return told(moment);
    });
    assert.equal(
      [utc?.['hour'], utc?.['quarantine'], utc?.['sql'], utc?.['retryAfter']],
      [moment.slice(0, 13), `quarantine:${moment.slice(0, 10)}`, moment.slice(0, -1), 90_000],
    );
    for (const other of others) assert.equal(other, utc);
  });
}

test.run();
