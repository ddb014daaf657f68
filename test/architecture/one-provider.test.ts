import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CALLBACK_NAMES } from '../../src/adapters/telephony/reading/event.ts';
import { withoutComments } from './imports.ts';
import { HOUSE } from './sources.ts';

/** Where a provider's own words are read, spoken or played; and where Event Grid's are, which speaks of ACS's calls too. */
const PROVIDERS_ROOMS = ['src/adapters/telephony/', 'src/identity/', 'src/simulator/'];
const EVENT_GRIDS = [
  'src/adapters/telemetry/callback-name.ts',
  'src/domain/call/callback.ts',
  'src/domain/inbox/event-grid.ts',
];

const files = HOUSE.filter(({ file }) => !PROVIDERS_ROOMS.some((room) => file.startsWith(room)));

/** Files, among those that begin with one of these, whose code holds the words. */
function holding(words: RegExp, ...rooms: readonly string[]): string[] {
  const chosen = rooms.length === 0 ? files : files.filter(({ file }) => rooms.some((room) => file.startsWith(room)));
  // Comments may say where a rule comes from.
  return chosen.filter(({ text }) => words.test(withoutComments(text))).map(({ file }) => file);
}

test('the types of ACS’s events stand in its reader, and where Event Grid is read', () => {
  assert.ok(files.length > 200);
  assert.equal(holding(/Microsoft\\?\.Communication/), EVENT_GRIDS);
});

test('no callback of ACS is known by name outside its reader', () => {
  const quoted = new RegExp(`['"\`.](${CALLBACK_NAMES.join('|')})\\b`);
  assert.equal(holding(quoted), []);
});

test('no rule asks for a status or a sub-code of a provider', () => {
  const asks = /\b(status|subCode)\b['"]?\]?\s*([=!]==|[<>]=?)\s*\d/;
  assert.equal(holding(asks, 'src/domain/', 'src/app/', 'src/audit/', 'projections/rows.ts'), []);
});

test('the name of the provider of calls that name none is written once', () => {
  assert.equal(holding(/(?<![\w.-])'acs'/, 'src/domain/', 'src/app/', 'src/audit/', 'src/log/', 'projections/'), [
    'src/domain/call/provider.ts',
  ]);
});

test.run();
