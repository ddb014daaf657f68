import { isDeepStrictEqual } from 'node:util';

/**
 * What an event of each pattern must have: R4's AuditEvent, and for BALP the profiles of release 1.1.4, read from its sources
 * and written down here a second time. Codes are `system|code`.
 */

export type Json = { [name: string]: unknown };

/** `agent[client].network`: in the agents that are of the slice `client`. At least one, and as many as `max` says. */
export type Must = { readonly path: string; readonly is?: readonly string[]; readonly max?: number };

export type MustHaves = {
  /** Parts of lists by the code that they bear. */
  readonly slices: Readonly<Record<string, string>>;
  readonly musts: readonly Must[];
  /** What may not be there. */
  readonly nevers: readonly string[];
  /** Agents who must be the one who recorded it. */
  readonly recorder?: string;
};

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const HL7 = 'http://terminology.hl7.org/CodeSystem';
const BALP = 'https://profiles.ihe.net/ITI/BALP';
const profile = (name: string) => `${BALP}/StructureDefinition/IHE.BasicAudit.${name}`;

const SLICES = {
  'agent[user]': `${HL7}/v3-ParticipationType|IRCP`,
  'entity[patient]': `${HL7}/audit-entity-type|1`,
  'entity[transaction]': `${BALP}/CodeSystem/BasicAuditEntityType|XrequestId`,
};

const EVERY: readonly Must[] = [
  { path: 'resourceType', is: ['AuditEvent'] },
  { path: 'id' },
  { path: 'type', max: 1 },
  { path: 'subtype' },
  { path: 'action', max: 1 },
  { path: 'recorded', max: 1 },
  { path: 'outcome', max: 1 },
  { path: 'agent' },
  { path: 'agent.requestor' },
  { path: 'source', max: 1 },
  { path: 'source.observer', max: 1 },
];

const sent = (slice: string): Must[] => [
  { path: slice, max: 1 },
  { path: `${slice}.type`, max: 1 },
  { path: `${slice}.who`, max: 1 },
  { path: `${slice}.network`, max: 1 },
];

/** BALP lets user and request's id be missing; ours are always known. */
const REST: readonly Must[] = [
  { path: 'meta.profile' },
  { path: 'type', is: [`${HL7}/audit-event-type|rest`] },
  { path: 'outcome', is: ['0'] },
  { path: 'purposeOfEvent' },
  ...sent('agent[client]'),
  ...sent('agent[server]'),
  { path: 'agent[user]', max: 1 },
  { path: 'agent[user].type', max: 1 },
  { path: 'agent[user].who', max: 1 },
  { path: 'agent[user].requestor', is: ['true'] },
  { path: 'entity[transaction]', max: 1 },
  { path: 'entity[transaction].type', max: 1 },
  { path: 'entity[transaction].what.identifier.value', max: 1 },
];

const PATIENT: readonly Must[] = [
  { path: 'entity[patient]', max: 1 },
  { path: 'entity[patient].type', max: 1 },
  { path: 'entity[patient].role', is: [`${HL7}/object-role|1`] },
  { path: 'entity[patient].what', max: 1 },
  { path: 'entity[patient].what.type', is: ['Patient'] },
  { path: 'entity[patient].what.identifier.system' },
  { path: 'entity[patient].what.identifier.value' },
];

const MEDIA = ['agent[client].media', 'agent[server].media', 'agent[user].media', 'agent[user].network'];

const READ: MustHaves = {
  slices: {
    ...SLICES,
    'subtype[interaction]': 'http://hl7.org/fhir/restful-interaction|read',
    'agent[client]': `${DCM}|110152`,
    'agent[server]': `${DCM}|110153`,
    'entity[data]': `${HL7}/audit-entity-type|2`,
  },
  musts: [
    ...EVERY,
    ...REST,
    { path: 'subtype[interaction]', max: 1 },
    { path: 'action', is: ['R'] },
    { path: 'entity[data]', max: 1 },
    { path: 'entity[data].type', max: 1 },
    { path: 'entity[data].role', is: ['3', '4', '20'].map((code) => `${HL7}/object-role|${code}`) },
    { path: 'entity[data].what', max: 1 },
  ],
  nevers: MEDIA,
};

const QUERY: MustHaves = {
  slices: {
    ...SLICES,
    'subtype[interaction]': 'http://hl7.org/fhir/restful-interaction|search',
    'agent[client]': `${DCM}|110153`,
    'agent[server]': `${DCM}|110152`,
    'entity[query]': `${HL7}/audit-entity-type|2`,
  },
  musts: [
    ...EVERY,
    ...REST,
    { path: 'subtype[interaction]', max: 1 },
    { path: 'action', is: ['E'] },
    { path: 'entity[query]', max: 1 },
    { path: 'entity[query].type', max: 1 },
    { path: 'entity[query].role', is: [`${HL7}/object-role|24`] },
    { path: 'entity[query].query', max: 1 },
  ],
  nevers: [...MEDIA, 'entity[query].what', 'entity[query].lifecycle', 'entity[query].detail'],
};

const GIVEN_AWAY: MustHaves = {
  slices: {
    ...SLICES,
    'subtype[disclosure]': `${HL7}/iso-21089-lifecycle|disclose`,
    'agent[source]': `${DCM}|110153`,
    'agent[recipient]': `${DCM}|110152`,
    'entity[data]': `${HL7}/audit-entity-type|2`,
  },
  musts: [
    ...EVERY,
    { path: 'type', is: [`${DCM}|110106`] },
    { path: 'subtype[disclosure]', max: 1 },
    { path: 'action', is: ['R'] },
    { path: 'outcome', is: ['0'] },
    { path: 'purposeOfEvent' },
    ...sent('agent[source]'),
    ...sent('agent[recipient]'),
    { path: 'agent[user].who', max: 1 },
    { path: 'entity[data]' },
    { path: 'entity[data].what' },
  ],
  nevers: ['modifierExtension'],
  recorder: 'agent[source]',
};

const COPY: MustHaves = {
  slices: { ...SLICES, 'subtype[lifecycle]': `${HL7}/iso-21089-lifecycle|archive` },
  musts: [
    ...EVERY,
    { path: 'type', is: [`${DCM}|110106`] },
    { path: 'subtype[lifecycle]', max: 1 },
    { path: 'action', is: ['R'] },
    { path: 'agent[user].who', max: 1 },
  ],
  nevers: ['meta', 'entity[patient]'],
};

const REFUSAL: MustHaves = {
  slices: {
    ...SLICES,
    'subtype[decision]': `${BALP}/CodeSystem/AuthZsubType|AuthZ-Role`,
    'agent[client]': `${DCM}|110150`,
  },
  musts: [
    ...EVERY,
    { path: 'type', is: [`${DCM}|110113`] },
    { path: 'subtype[decision]', max: 1 },
    { path: 'action', is: ['E'] },
    { path: 'outcome', is: ['4'] },
    { path: 'outcomeDesc', max: 1 },
    { path: 'agent[user].who', max: 1 },
    { path: 'agent[client].network', max: 1 },
  ],
  nevers: ['meta', 'entity[patient]'],
};

/** A change of members, who are named where it was one. */
const changed = (interaction: string, action: string): MustHaves => ({
  slices: { ...SLICES, 'subtype[interaction]': `http://hl7.org/fhir/restful-interaction|${interaction}` },
  musts: [
    ...EVERY,
    { path: 'type', is: [`${HL7}/audit-event-type|rest`] },
    { path: 'subtype[interaction]', max: 1 },
    { path: 'action', is: [action] },
    { path: 'outcome', is: ['0'] },
    { path: 'agent[user].who', max: 1 },
  ],
  nevers: ['meta'],
});

const ofPatient = (one: MustHaves): MustHaves => ({ ...one, musts: [...one.musts, ...PATIENT] });
const ofNobody = (one: MustHaves): MustHaves => ({ ...one, nevers: [...one.nevers, 'entity[patient]'] });
const claimed = (one: MustHaves): MustHaves => ({ ...one, musts: [...one.musts, { path: 'meta.profile' }] });

/** By the profile that an event claims; those without one by their subtype. */
export const PATTERNS: Readonly<Record<string, MustHaves>> = {
  [profile('PatientRead')]: ofPatient(READ),
  [profile('Read')]: ofNobody(READ),
  [profile('PatientQuery')]: ofPatient(QUERY),
  [profile('Query')]: ofNobody(QUERY),
  [profile('PrivacyDisclosure.Source')]: claimed(ofPatient(GIVEN_AWAY)),
  disclose: ofNobody({ ...GIVEN_AWAY, nevers: [...GIVEN_AWAY.nevers, 'meta'] }),
  archive: COPY,
  update: changed('update', 'U'),
  delete: changed('delete', 'D'),
  'AuthZ-Role': REFUSAL,
};

/** Which pattern an event says that it follows. */
export function patternNameOf(event: Json): string {
  const [claim] = find(event, 'meta.profile', {});
  const [subtype] = find(event, 'subtype', {});
  return String(claim?.value ?? (subtype?.value as Json | undefined)?.['code']);
}

/** The paths that are not as they must be; none for an event that follows its pattern. */
export function flawsOf(event: Json, pattern: MustHaves | undefined = PATTERNS[patternNameOf(event)]): string[] {
  if (pattern === undefined) return ['pattern'];
  const { slices, musts, nevers, recorder } = pattern;
  const wrong = musts.filter(({ path, is, max = Number.POSITIVE_INFINITY }) => {
    const found = find(event, path, slices);
    if (found.length === 0 || found.length > max) return true;
    return is !== undefined && !found.some(({ value }) => codesOf(value).some((code) => is.includes(code)));
  });
  const present = nevers.filter((path) => find(event, path, slices).length > 0);
  const observer = find(event, 'source.observer', slices)[0]?.value;
  const others = recorder === undefined ? [] : find(event, `${recorder}.who`, slices);
  const strange = others.some(({ value }) => !isDeepStrictEqual(value, observer)) ? ['source.observer'] : [];
  return [...new Set([...wrong.map(({ path }) => path), ...present, ...strange])];
}

type Found = { readonly value: unknown; remove(): void; replace(value: unknown): void };

/** What stands at a path. A primitive that has an extension only is there too: FHIR writes it with an underscore. */
export function find(event: Json, path: string, slices: MustHaves['slices']): Found[] {
  let at: Found[] = [{ value: event, remove: () => {}, replace: () => {} }];
  for (const step of path.split('.')) {
    const name = step.replace(/\[.*$/, '');
    const code = slices[step];
    at = at.flatMap(({ value }) => childrenOf(value as Json, name));
    if (code !== undefined) at = at.filter(({ value }) => bears(value as Json, code));
  }
  return at;
}

function childrenOf(owner: Json, name: string): Found[] {
  const key = [name, `_${name}`].find((each) => owner?.[each] !== undefined);
  if (key === undefined) return [];
  const value = owner[key];
  const put = (list: Json, at: string | number) => (other: unknown) => {
    list[at] = other;
  };
  if (!Array.isArray(value)) return [{ value, remove: () => void delete owner[key], replace: put(owner, key) }];
  const list = value as unknown as Json;
  return value.map((each, index) => ({
    value: each,
    remove: () => void value.splice(value.indexOf(each), 1),
    replace: put(list, index),
  }));
}

function bears(part: Json, code: string): boolean {
  return codesOf('system' in part ? part : part['type']).includes(code);
}

function codesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  const { coding, system, code } = value as Json;
  return Array.isArray(coding) ? coding.flatMap(codesOf) : [`${system}|${code}`];
}
