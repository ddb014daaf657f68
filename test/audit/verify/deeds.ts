import type { FindingKind } from '../../../src/audit/verify/findings.ts';
import { EMPTY_HEAD, type Entry } from '../../../src/domain/entries.ts';
import { chain } from '../../../src/log/hash-chain.ts';
import { newEntry } from '../../log/samples.ts';

/** Streams of the log that is forged; each has `LENGTH` entries. */
export const CALL = '0190a5a8-0000-7000-8000-000000000001';
export const OTHER_CALL = '0190a5a8-0000-7000-8000-000000000002';
export const MEMBER = 'member:m1';
export const INVENTED = '0190a5a8-0000-7000-8000-0000000000ff';
export const LENGTH = 4;

/** What a forger does to one stream, and by what it must be found. */
export type Deed = {
  readonly what: string;
  readonly stream: string;
  readonly forge: (entries: readonly Entry[], other: readonly Entry[], longAgo: string) => readonly Entry[];
  /** One of these names the stream. */
  readonly found: readonly FindingKind[];
  readonly unregister?: boolean;
};

const CHANGES: readonly (readonly [string, (entry: Entry) => Entry])[] = [
  ['kind', (entry) => ({ ...entry, kind: 'outcome' })],
  ['type', (entry) => ({ ...entry, type: 'Other' })],
  ['id', (entry) => ({ ...entry, id: 'other' })],
  ['at', (entry) => ({ ...entry, at: entry.at.replace(/\dZ$/, (last) => (last === '9Z' ? '8Z' : '9Z')) })],
  ['actor', (entry) => ({ ...entry, actor: 'coordinator:mallory' })],
  ['cause', (entry) => ({ ...entry, cause: 'another' })],
  ['data', (entry) => ({ ...entry, data: '{"pressed":"2"}' })],
];

/** Computed again from the first entry on, by our own function. */
function rehashed(entries: readonly Entry[]): readonly Entry[] {
  const [first] = entries;
  return first ? chain(EMPTY_HEAD, first.stream, entries) : [];
}

function changed(entries: readonly Entry[], index: number, change: (entry: Entry) => Entry): readonly Entry[] {
  return entries.map((entry, place) => (place === index ? change(entry) : entry));
}

const places = Array.from({ length: LENGTH }, (_, index) => index);

const inPlace: readonly Deed[] = CHANGES.flatMap(([column, change]) =>
  places.flatMap((index): Deed[] => [
    {
      what: `the ${column} of entry ${index + 1} is changed`,
      stream: CALL,
      forge: (entries) => changed(entries, index, change),
      found: ['hash'],
    },
    {
      what: `the ${column} of entry ${index + 1} is changed and all is hashed again`,
      stream: CALL,
      forge: (entries) => rehashed(changed(entries, index, change)),
      found: ['rewritten'],
    },
  ]),
);

const moved: readonly Deed[] = places.flatMap((index): Deed[] => [
  {
    what: `entry ${index + 1} is removed`,
    stream: CALL,
    forge: (entries) => entries.filter((_, place) => place !== index),
    found: ['gap', 'truncated', 'unreadable'],
  },
  {
    what: `entry ${index + 1} is removed and all is hashed again`,
    stream: CALL,
    forge: (entries) => rehashed(entries.filter((_, place) => place !== index)),
    found: ['truncated'],
  },
  {
    what: `an entry is inserted before ${index + 1} and all is hashed again`,
    stream: CALL,
    forge: (entries) => {
      const inserted = { ...entries[index]!, id: 'inserted' };
      return rehashed([...entries.slice(0, index), inserted, ...entries.slice(index)]);
    },
    found: ['rewritten'],
  },
  {
    what: `entry ${index + 1} is swapped with the next and all is hashed again`,
    stream: CALL,
    forge: (entries) => {
      const [here, there] = [entries[index]!, entries[(index + 1) % LENGTH]!];
      return rehashed(entries.map((each) => (each === here ? there : each === there ? here : each)));
    },
    found: ['rewritten'],
  },
  {
    what: `entry ${index + 1} is copied from another call`,
    stream: CALL,
    forge: (entries, other) => changed(entries, index, () => other[index]!),
    found: ['hash'],
  },
  {
    what: `entry ${index + 1} is copied from another call and all is hashed again`,
    stream: CALL,
    forge: (entries, other) => rehashed(changed(entries, index, () => ({ ...other[index]!, stream: CALL }))),
    found: ['rewritten'],
  },
  {
    what: `the call is cut before entry ${index + 1}`,
    stream: CALL,
    forge: (entries) => entries.slice(0, index),
    found: ['truncated', 'removed'],
  },
]);

/** Entries of a call that never was. */
function invented(at: string): readonly Entry[] {
  return chain(EMPTY_HEAD, INVENTED, [newEntry('a', { at }), newEntry('b', { at })]);
}

const whole: readonly Deed[] = [
  {
    what: 'a whole call is removed, and its name from the register',
    stream: CALL,
    forge: () => [],
    found: ['removed'],
    unregister: true,
  },
  {
    what: 'a call is taken out of the register',
    stream: CALL,
    forge: (entries) => entries,
    found: ['unregistered'],
    unregister: true,
  },
  {
    what: 'a call is invented, dated long ago',
    stream: INVENTED,
    forge: (_entries, _other, longAgo) => invented(longAgo),
    found: ['back-dated'],
    unregister: true,
  },
  {
    what: 'an entry dated long ago is put behind a call',
    stream: CALL,
    forge: (entries, _other, longAgo) => rehashed([...entries, newEntry('late', { at: longAgo }) as Entry]),
    found: ['back-dated'],
  },
  {
    what: 'the stream of a member is written anew from its first entry on',
    stream: MEMBER,
    forge: (entries) => rehashed(changed(entries, 0, (entry) => ({ ...entry, data: '{}' }))),
    found: ['back-dated', 'removed'],
  },
];

/** Everything that can be done to one stream. */
export const DEEDS: readonly Deed[] = [...inPlace, ...moved, ...whole];
