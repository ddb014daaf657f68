import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROLES, type Role } from '../../src/identity/staff.ts';
import { LogError } from '../../src/log/port.ts';
import { routesOf } from '../http/routes-of.ts';
import { fullRig, PLAIN } from './full-rig.ts';
import type { Words } from './full-words.ts';
import { HOSTILE, shapeOf, tagsIn } from './hostile.ts';
import { nobody } from './nobody.ts';
import { ask as askServer, FILES, PAGES, pathOf, placeOf, ROWS, type Row } from './table.ts';

const rig = fullRig();
test.before.each(() => {
  rig.audit.seen.length = 0;
  rig.audit.failure = null;
  rig.say(PLAIN);
});
test.after(() => rig.server.close());

const ask = (row: Row, role: Role, headers: Readonly<Record<string, string>> = {}) =>
  askServer(rig.server, row, role, headers);

test('every route of the console stands in the table, and the table names no other', async () => {
  await rig.server.ready();
  const registered = routesOf(rig.server).filter(({ url }) => url === '/' || url.startsWith('/console'));
  const named = (rows: readonly { method: string; url: string }[]) =>
    rows.map(({ method, url }) => `${method} ${url}`).sort();
  assert.equal(named(registered), named(ROWS.map(({ method, route }) => ({ method, url: route }))));
});

test('every route is for its roles, and says to the others whose it is', async () => {
  for (const row of ROWS.filter(({ gives }) => gives !== 'stream')) {
    for (const role of ROLES) {
      // Of those before one may have removed somebody.
      rig.say(PLAIN);
      const { statusCode, body, headers } = await ask(row, role);
      const at = `${row.method} ${pathOf(row)} as ${role}`;
      if (row.roles.includes(role)) {
        assert.is(statusCode, row.status, at);
        continue;
      }
      assert.is(statusCode, 403, at);
      assert.match(body, /<h1>Not for your role<\/h1><p>[^<]*(Coordinators|Compliance|Operators)/, at);
      assert.not.match(body.replaceAll(placeOf(row), ''), /M-1|2001|Canary/, at);
      assert.is(headers['cache-control'], 'no-store', at);
    }
  }
});

test('what a form asks for is done for nobody whose role may not', async () => {
  for (const asked of Object.values(rig.fake.asked)) asked.length = 0;
  for (const row of ROWS.filter(({ method }) => method === 'POST')) {
    for (const role of ROLES.filter((each) => !row.roles.includes(each))) await ask(row, role);
  }
  assert.equal(
    Object.entries(rig.fake.asked).filter(([name, asked]) => name !== 'health' && asked.length > 0),
    [],
  );
  assert.is(rig.fake.people.length, 2);
});

test('a form of another release, with a field that is gone or without one that is new, is answered in words', async () => {
  for (const row of ROWS.filter(({ method, upload }) => method === 'POST' && upload === undefined)) {
    const role = row.roles[0]!;
    rig.say(PLAIN);
    const more = await ask({ ...row, fields: { ...row.fields, 'gone-field': 'x' } }, role);
    assert.is(more.statusCode, row.status, `${row.route}: a field that is gone`);
    for (const gone of [...Object.keys(row.fields ?? {}), undefined]) {
      rig.say(PLAIN);
      const rest = Object.entries(gone === undefined ? {} : { ...row.fields }).filter(([name]) => name !== gone);
      const { statusCode } = await ask({ ...row, fields: Object.fromEntries(rest) }, role);
      assert.ok(statusCode < 500, `${row.route} without ${gone ?? 'any'}: ${statusCode}`);
    }
  }
});

test('every page may load its own files only, is kept by nobody, and tells no other site where somebody was', async () => {
  for (const row of PAGES) {
    for (const role of ROLES) {
      const { headers } = await ask(row, role);
      const at = `${pathOf(row)} as ${role}`;
      assert.is(headers['cache-control'], 'no-store', at);
      assert.is(headers['x-content-type-options'], 'nosniff', at);
      if (!String(headers['content-type']).startsWith('text/html')) continue;
      assert.match(
        String(headers['content-security-policy']),
        /^default-src 'none'; script-src 'self'; style-src 'self' 'sha256-/,
        at,
      );
      assert.not.match(String(headers['content-security-policy']), /unsafe|https?:|\*/, at);
      assert.is(headers['referrer-policy'], 'same-origin', at);
    }
  }
});

test('every file is taken away and opened by no browser, and is kept by nobody', async () => {
  for (const row of FILES) {
    for (const role of row.roles) {
      const { headers } = await ask(row, role);
      const at = `${pathOf(row)} as ${role}`;
      assert.match(String(headers['content-disposition']), /^attachment; filename="[\w.-]+"$/, at);
      assert.is(headers['x-content-type-options'], 'nosniff', at);
      assert.is(headers['cache-control'], 'no-store', at);
      assert.not.match(String(headers['content-type']), /html|xml|javascript/, at);
    }
  }
});

test('what a browser fetches before anybody asks for it is refused unread, whatever it is', async () => {
  for (const row of ROWS.filter(({ method, isOpen }) => method === 'GET' && !isOpen)) {
    for (const name of ['sec-purpose', 'x-sec-purpose']) {
      const { statusCode, body } = await ask(row, 'Coordinator', { [name]: 'prefetch;prerender' });
      assert.equal([statusCode, body], [204, ''], pathOf(row));
    }
  }
  assert.equal(rig.audit.seen, []);
});

test('a look that cannot be put down shows nothing of anybody, and says so', async () => {
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  for (const row of ROWS.filter(({ shows }) => shows)) {
    for (const role of row.roles) {
      // Of what this role may see.
      if (row.route === '/console' && role === 'Operator') continue;
      const { statusCode, body, headers } = await ask(row, role);
      const at = `${row.method} ${pathOf(row)} as ${role}`;
      assert.equal([statusCode, headers['retry-after'], headers['cache-control']], [503, '5', 'no-store'], at);
      assert.match(body, /nothing is shown|Nothing is lost/, at);
      // The page's own address, to try again.
      const again = row.keepsForm ? 'M-1' : pathOf(row).replaceAll('&', '&amp;');
      assert.not.match(body.replaceAll(again, '').replaceAll(placeOf(row), ''), /M-1|2001|canary/i, at);
    }
  }
});

test('what is of nobody shows nobody, and puts no look down', async () => {
  for (const row of ROWS.filter(({ shows, gives }) => !shows && gives !== 'stream')) {
    for (const role of row.roles.filter(() => row.method === 'GET')) {
      const { body } = await ask(row, role);
      assert.not.match(body, /\*2001|Canary Person/, `${pathOf(row)} as ${role}`);
    }
  }
  assert.equal(rig.audit.seen, []);
});

/** Every page as each of its roles sees it; one that is of nobody looks alike to all. */
const VIEWS = PAGES.flatMap((row) =>
  row.roles.slice(0, row.shows ? undefined : 1).map((role) => ({ row, role, at: `${pathOf(row)} as ${role}` })),
);
type View = (typeof VIEWS)[number];

async function shownWith(words: Words): Promise<ReadonlyMap<View, string>> {
  rig.say(words);
  const shown = new Map<View, string>();
  for (const view of VIEWS) shown.set(view, (await ask(view.row, view.role)).body);
  return shown;
}

let plain: ReadonlyMap<View, readonly string[]>;
test.before(async () => {
  // The page of a file tells how far it has left.
  for (const row of FILES) await ask(row, row.roles[0]!);
  plain = new Map([...(await shownWith(PLAIN))].map(([view, html]) => [view, shapeOf(html)]));
});
/** Views that show what somebody has said: a rig that says nothing would prove nothing. */
const SHOWN_ON = 26;

function escapedOf(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** What stands before this text wherever it is neither in a bdi nor in an attribute. */
function outside(html: string, text: string): readonly string[] {
  const found: string[] = [];
  for (let at = html.indexOf(text); at !== -1; at = html.indexOf(text, at + text.length)) {
    const before = html.slice(Math.max(0, at - 700), at);
    if (!/(<bdi[^>]*>[^<]*|="[^"]*)$/.test(before)) found.push(before.slice(-80));
  }
  return found;
}

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`${what} is text on every page, and stands apart from what is around it`, async () => {
    const escaped = escapedOf(text);
    let shownOn = 0;
    for (const [view, html] of await shownWith({ name: text, reason: text, spoken: text })) {
      const { at } = view;
      assert.equal(shapeOf(html), plain.get(view)!, `${at}: the page has the tags that it always has`);
      const places = [...html.matchAll(/(?:href|action|src)="([^"]*)"/g)].map(([, place = '']) => place);
      for (const place of places) assert.match(place, /^(\/(?!\/)|#|\?)/, at);
      assert.equal(outside(html, escaped), [], `${at}: members' words lie in a bdi`);
      if (html.includes(escaped)) shownOn += 1;
      assert.not.ok(/<title>[^<]*<\/title>/.exec(html)?.[0].includes(escaped), `${at}: histories keep titles`);
    }
    assert.ok(shownOn >= SHOWN_ON, `shown on ${shownOn} pages`);
  });
}

/** A page that leads on has none, one that stands outside has its own, and every other has two. */
function scriptsOf({ route }: Row, status: number): number {
  if (status === 302 || status === 303) return 0;
  return route === '/console/back' ? 1 : 2;
}

const NEVER = /^(img|template|turbo-stream|iframe|object|embed|base)$/;

test('what was asked for in an address is text as well', async () => {
  for (const text of Object.values(HOSTILE)) {
    const names = ['search', 'memberId', 'disposition', 'after', 'asOf', 'q', 'id', 'day', 'script', 'name', 'month'];
    const query = new URLSearchParams(names.map((name) => [name, text]));
    for (const row of PAGES.filter(({ method }) => method === 'GET')) {
      const asked = { ...row, path: `${placeOf(row)}?${query}` };
      const { statusCode, body } = await ask(asked, row.roles.at(-1)!);
      assert.ok(statusCode < 500, `${placeOf(row)} with ${text}`);
      for (const { name, attributes } of tagsIn(body)) {
        assert.not.match(name, NEVER, placeOf(row));
        for (const [key] of attributes) assert.not.match(key, /^on|^autofocus$|^style$/, placeOf(row));
      }
      assert.is(body.match(/<script/g)?.length ?? 0, scriptsOf(row, statusCode), `${placeOf(row)}: its scripts alone`);
    }
  }
});

test('an id in an address is text as well, of somebody or of nobody', async () => {
  for (const text of Object.values(HOSTILE)) {
    rig.say({ ...PLAIN, name: text });
    for (const row of PAGES.filter((each) => pathOf(each).includes('M-1'))) {
      const asked = { ...row, path: pathOf(row).replace('M-1', encodeURIComponent(text)) };
      const { statusCode, body } = await ask(asked, row.roles[0]!);
      assert.ok(statusCode < 500, `${row.route} of ${text}`);
      assert.equal(outside(body, escapedOf(text)), [], row.route);
      for (const { name } of tagsIn(body)) assert.not.match(name, NEVER, row.route);
    }
  }
});

test.run();
nobody.run();
