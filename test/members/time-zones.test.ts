import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ianaZone } from '../../src/members/time-zones.ts';

test('zones of places are known, under their old names too', () => {
  const names = ['America/New_York', 'America/Argentina/Buenos_Aires', 'Europe/Kyiv', 'Asia/Kolkata', 'US/Eastern'];
  for (const name of [...names, 'Pacific/Honolulu', 'Canada/Atlantic', 'Japan', 'NZ', 'UTC', 'Etc/UTC']) {
    assert.is(ianaZone(name), name);
  }
});

test('every zone that this Node lists is known, but for those that are no place', () => {
  const names = Intl.supportedValuesOf('timeZone').filter((name) => name.includes('/') && !name.startsWith('Etc/'));
  assert.equal(
    names.filter((name) => ianaZone(name) !== name),
    [],
  );
});

test('a name in other capitals is spelt as it should be', () => {
  assert.is(ianaZone('america/new_york'), 'America/New_York');
});

test('abbreviations, offsets and what means the opposite of what it says are no zones', () => {
  const abbreviations = [
    'AST',
    'BST',
    'EST',
    'CST',
    'MST',
    'PST',
    'HST',
    'IST',
    'SST',
    'CNT',
    'ECT',
    'ACT',
    'GMT',
    'Z',
  ];
  const others = ['EST5EDT', 'CET', 'Etc/GMT+5', 'Etc/GMT-1', 'GMT+1', 'UTC+1', '+05:00', '-0500', 'SystemV/AST4'];
  for (const name of [...abbreviations, ...others, 'EDT5', 'New York', 'Mars/Olympus', 'America/', 'Eastern', '']) {
    assert.is(ianaZone(name), null, name);
  }
});

test.run();
