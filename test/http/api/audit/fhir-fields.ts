/** Names of fields. */
type Fields = readonly string[];

const coding = (path: string): Fields => ['code', 'display', 'system'].map((field) => `${path}.${field}`);
const named = (path: string): Fields => ['identifier.system', 'identifier.value', 'type'].map((f) => `${path}.${f}`);
const ours = (path: string): Fields => [`${path}[].coding[].code`, `${path}[].coding[].system`];
const AUDIT_EVENT = [
  ...['action', 'id', 'meta.profile[]', 'outcome', 'recorded', 'resourceType', 'source.site'],
  ...['type', 'subtype[]', 'source.type[]', 'entity[].role', 'entity[].type', 'agent[].type.coding[]'].flatMap(coding),
  ...['agent[].who', 'entity[].what', 'source.observer'].flatMap(named),
  ...['agent[].role', 'agent[].purposeOfUse', 'purposeOfEvent'].flatMap(ours),
  ...['agent[].network.address', 'agent[].network.type', 'agent[].requestor', 'agent[].who.display'],
];
/** What a bundle of audit events shows. */
export const AUDIT_EVENTS = [
  ...['id', 'resourceType', 'type', 'entry[].fullUrl'],
  ...AUDIT_EVENT.map((field) => `entry[].resource.${field}`),
];
