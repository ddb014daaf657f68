import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { files, main, moduleOf, modules, namesOf, read, usesInMain } from './bicep.ts';

/** What a module that makes something of its own takes, and passes on to names and tags. */
const COMMON = ['location', 'namePrefix', 'environmentName', 'tags'];

test('main uses every module, once', () => {
  assert.equal(
    usesInMain()
      .map(({ file }) => file)
      .sort(),
    modules.map(({ file }) => file),
  );
});

test('main gives a module every parameter that it declares, and no other', () => {
  for (const { file, given } of usesInMain()) {
    assert.equal([...given].sort(), [...moduleOf(file).params.keys()].sort(), file);
  }
});

test('main takes from a module only what it puts out, and all of that', () => {
  for (const { symbol, file } of usesInMain()) {
    const taken = new Set(namesOf(main.text, new RegExp(`\\b${symbol}\\.outputs\\.(\\w+)`, 'g')));
    assert.equal([...taken].sort(), [...moduleOf(file).outputs].sort(), file);
  }
});

test('every parameter and variable is used', () => {
  for (const { file, text, params } of files) {
    for (const name of [...params.keys(), ...namesOf(text, /^var (\w+)/gm)]) {
      // The name of a property that has the same name is not a use.
      const uses = text.match(new RegExp(`\\b${name}\\b(?!:)|(?<!^ +)\\b${name}:`, 'gm')) ?? [];
      assert.ok(uses.length > 1, `${file}: ${name}`);
    }
  }
});

test('only main has defaults', () => {
  for (const { file, params } of modules) {
    const defaults = [...params].filter(([, { hasDefault }]) => hasDefault).map(([name]) => name);
    assert.equal(defaults, [], file);
  }
});

test('a module that makes something in a place takes the common parameters', () => {
  const placed = modules.filter(({ params }) => params.has('location'));
  assert.ok(placed.length > 5);
  for (const { file, params } of placed) {
    assert.equal(
      [...params.keys()].filter((name) => COMMON.includes(name)),
      COMMON,
      file,
    );
  }
});

test('a parameter has one type wherever it is declared', () => {
  const types = new Map<string, string>();
  for (const { file, params } of files) {
    for (const [name, { type }] of params) {
      assert.is(types.get(name) ?? type, type, `${file}: ${name}`);
      types.set(name, type);
    }
  }
});

test('whatever takes tags is given them', () => {
  for (const { file, text } of modules) {
    const places = text.match(/^ {2}location: /gm)?.length ?? 0;
    assert.is(text.match(/^ {2}tags: tags$/gm)?.length ?? 0, places, file);
  }
});

test('the example sets every parameter that main needs, and no other than main has', () => {
  const example = read('infra/bicep/main.example.bicepparam');
  assert.match(example, /^using '\.\/main\.bicep'$/m);
  const set = namesOf(example, /^param (\w+) =/gm);
  const suggested = namesOf(example, /^\/\/ param (\w+) =/gm);
  for (const name of [...set, ...suggested]) assert.ok(main.params.has(name), name);
  const needed = [...main.params].filter(([, { hasDefault }]) => !hasDefault).map(([name]) => name);
  assert.equal(
    needed.filter((name) => !set.includes(name)),
    [],
  );
});

test('API versions are released ones, and one per type', () => {
  const versions = new Map<string, string>();
  for (const { file, text } of files) {
    for (const [, type = '', version = ''] of text.matchAll(/^resource \w+ '([^@']+)@([^']+)'/gm)) {
      assert.is(versions.get(type) ?? version, version, `${file}: ${type}`);
      versions.set(type, version);
      // Diagnostic settings never had a released version with category groups (Azure Monitor REST reference).
      const isPreviewAllowed = type === 'Microsoft.Insights/diagnosticSettings';
      assert.ok(isPreviewAllowed || !version.includes('preview'), `${file}: ${type}@${version}`);
    }
  }
  assert.ok(versions.size > 15);
});

test.run();
