import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readCallbacks } from '../../../src/http/events/callback-body.ts';
import { arrayElements } from '../../../src/http/events/json.ts';

const space = fc.constantFrom('', ' ', '\n\t', ' \r\n ');
const json = fc.oneof(
  fc.json({ noUnicodeString: false }),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"\\\\"', '"\\\\\\""', '"],["', '"{\\"[,"', '[]', '{}', '[[],{}]', '{"a,b":"]"}', '""', '-1.50e+3'),
);

test('the parts of an array are its elements, cut out of the text and not written anew', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(space, json, space), { maxLength: 8 }), space, (parts, around) => {
      const elements = parts.map(([, element]) => element);
      const text = `${around}[${parts.map((part) => part.join('')).join(',')}]${around}`;
      const found = arrayElements(text);
      assert.equal(found, elements);
      assert.equal(
        found.map((part) => JSON.parse(part)),
        JSON.parse(text),
      );
      let from = 0;
      for (const part of found) {
        from = text.indexOf(part, from);
        assert.ok(from >= 0);
      }
    }),
  );
});

test('whatever the bytes, a body is read or refused, and what is read keeps its text', () => {
  const event = fc.record({ id: fc.string(), type: fc.string(), data: fc.dictionary(fc.string(), fc.jsonValue()) });
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.array(event, { maxLength: 5 }).map((events) => Buffer.from(JSON.stringify(events, null, 1))),
    event.map((each) => Buffer.from(JSON.stringify(each))),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      const read = readCallbacks(body);
      if (!read.ok) return;
      const text = body.toString('utf8');
      for (const { id, type, data, raw } of read.callbacks) {
        assert.ok(text.includes(raw));
        const again = JSON.parse(raw);
        assert.equal({ id, type, data }, { id: again.id, type: again.type, data: again.data });
      }
    }),
  );
});

test('a body that was never parsed by the route is refused', () => {
  assert.equal(readCallbacks(undefined), { ok: false, code: 'INVALID_JSON' });
  assert.equal(readCallbacks({ id: 'x' }), { ok: false, code: 'INVALID_JSON' });
});

test('keys that mean something to objects are kept as data', () => {
  const raw = '{"id":"e","type":"t","data":{"__proto__":{"polluted":true},"constructor":1}}';
  const read = readCallbacks(Buffer.from(raw));
  assert.ok(read.ok);
  assert.is(read.ok && read.callbacks[0]?.raw, raw);
  assert.is(Object.hasOwn(Object.prototype, 'polluted'), false);
});

test.run();
